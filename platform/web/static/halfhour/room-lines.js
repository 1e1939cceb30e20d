/* Captions that people type to each other. Off until somebody turns them on; lines go over the data channel from
   browser to browser and are gone with the page. */
const LONGEST = 500;
const MOST = 200;

export const captions = ({ room, say, note, tell, told }) => {
  const button = room.querySelector('[data-captions]');
  const panel = room.querySelector('[data-lines]');
  const log = room.querySelector('[data-log]');
  const caption = room.querySelector('[data-caption]');
  const form = room.querySelector('[data-line-form]');
  const box = form.querySelector('input');
  let theirs = false;

  const on = () => button.getAttribute('aria-pressed') === 'true';

  const write = (who, text) => {
    const row = document.createElement('p');
    const name = document.createElement('strong');
    name.textContent = `${who}: `;
    row.append(name, text);
    log.append(row);
    if (log.childElementCount > MOST) log.firstElementChild.remove();
    log.scrollTop = log.scrollHeight;
  };

  button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(!on()));
    panel.hidden = !on();
    caption.hidden = !on() || !caption.textContent;
    if (on()) box.focus();
    told();
  });

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    if (!tell({ kind: 'line', text })) {
      note('nobody_there');
      return;
    }
    write(say('you'), text);
    box.value = '';
    if (!theirs) note('line_unseen');
  });

  return {
    on,
    theirsAre(now) { theirs = now === true; },
    hear(text) {
      if (typeof text !== 'string' || !text) return;
      const line = text.slice(0, LONGEST);
      write(say('they'), line);
      caption.textContent = line;
      caption.hidden = !on();
      if (!on()) note('line_waits');
    },
  };
};
