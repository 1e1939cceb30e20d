/* Writing letters without losing a word. What is being typed, and letters that could not go yet, are kept in this
   browser until the server says they are stored: for this person only, for one day at most, gone after log-out
   (log-out.js).
   Every letter has an id of its own, so trying again never sends it twice. Without this file the form simply posts. */
const DAY = 24 * 3600 * 1000;
const EVERY = 15000;
const form = document.querySelector('[data-composer]');

const store = {
  get(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (kept && Date.now() - kept.at < DAY) return kept.value;
      localStorage.removeItem(key);
    } catch { /* storage is closed: the page itself still holds the words */ }
    return null;
  },
  set(key, value) {
    try {
      if (value === null || value === '' || value.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ at: Date.now(), value }));
    } catch { /* as above */ }
  },
};

/* What somebody else left on a shared device is not for the person here now. */
const forgetOthers = (person) => {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith('letters:') && !key.startsWith(`letters:${person}:`))
      .forEach((key) => localStorage.removeItem(key));
  } catch { /* as above */ }
};

const compose = () => {
  const { person, thread, sending, sent, waiting, done, again, back, you } = form.dataset;
  forgetOthers(person);
  const box = form.querySelector('textarea');
  const id = form.querySelector('[name=client_id]');
  const toast = form.querySelector('[data-toast]');
  const list = document.getElementById('letters');
  const offline = document.querySelector('[data-offline]');
  const draftKey = `letters:${person}:draft:${thread}`;
  const outKey = `letters:${person}:out:${thread}`;

  if (!box.value) box.value = store.get(draftKey) || '';
  box.addEventListener('input', () => { store.set(draftKey, box.value); toast.textContent = ''; });

  const outbox = () => store.get(outKey) || [];
  const keep = (letter) => store.set(outKey, [...outbox().filter((each) => each.id !== letter.id), letter]);
  const drop = (letter) => store.set(outKey, outbox().filter((each) => each.id !== letter.id));

  const button = (text, act) => {
    const element = document.createElement('button');
    element.type = 'button';
    element.className = 'btn btn-link';
    element.textContent = text;
    element.addEventListener('click', act);
    return element;
  };

  const draw = (letter) => {
    const row = document.createElement('li');
    row.className = 'letter mine';
    row.dataset.client = letter.id;
    const from = document.createElement('p');
    from.className = 'from visually-hidden';
    from.textContent = you;
    const words = letter.text.split(/\n{2,}/).map((part) => {
      const paragraph = document.createElement('p');
      part.split('\n').forEach((line, nth) => {
        if (nth) paragraph.append(document.createElement('br'));
        paragraph.append(line);
      });
      return paragraph;
    });
    const fate = document.createElement('p');
    fate.className = 'fate';
    fate.setAttribute('role', 'status');
    row.append(from, ...words, fate);
    list.append(row);
    return row;
  };

  const say = (row, text, ...acts) => {
    const span = document.createElement('span');
    span.textContent = text;
    row.querySelector('.fate').replaceChildren(span, ...acts);
  };

  const takeBack = (letter, row) => {
    drop(letter);
    row.remove();
    box.value = box.value ? `${letter.text}\n\n${box.value}` : letter.text;
    store.set(draftKey, box.value);
    box.focus();
  };

  const hold = (letter, row, reason) => {
    row.classList.add('held-back');
    say(row, reason || waiting, button(again, () => deliver(letter, row)), button(back, () => takeBack(letter, row)));
  };

  const deliver = async (letter, row) => {
    row.classList.remove('held-back');
    say(row, sending);
    const body = new FormData(form);
    body.set('body', letter.text);
    body.set('client_id', letter.id);
    let response;
    try {
      response = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    } catch {
      hold(letter, row);
      return;
    }
    const json = response.headers.get('Content-Type')?.includes('json');
    if (response.status === 201 && json) {
      const { sent_at: at } = await response.json();
      drop(letter);
      const time = new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
      say(row, `${sent} ${time}`);
      toast.textContent = done;
    } else if (json) {
      hold(letter, row, (await response.json()).error);
    } else {
      /* Logged out meanwhile, or a page of our own error: the letter stays here. */
      hold(letter, row);
    }
  };

  const newId = () => crypto.randomUUID?.() || id.value;

  form.addEventListener('submit', (event) => {
    const text = box.value.trim();
    if (!text) return;
    event.preventDefault();
    const letter = { id: id.value, text };
    id.value = newId();
    keep(letter);
    box.value = '';
    store.set(draftKey, '');
    box.focus();
    deliver(letter, draw(letter));
  });

  outbox().forEach((letter) => {
    if (list.querySelector(`[data-client="${CSS.escape(letter.id)}"]`)) drop(letter);
    else deliver(letter, draw(letter));
  });

  const showNetwork = () => { offline.hidden = navigator.onLine; };
  addEventListener('offline', showNetwork);
  addEventListener('online', () => {
    showNetwork();
    outbox().forEach((letter) => {
      const row = list.querySelector(`[data-client="${CSS.escape(letter.id)}"]`);
      if (row) deliver(letter, row);
    });
  });
  showNetwork();

  const ask = async () => {
    if (document.visibilityState !== 'visible' || !navigator.onLine) return;
    const address = new URL(form.action);
    address.searchParams.set('after', list.dataset.after);
    try {
      const response = await fetch(address);
      if (response.status !== 200) return;
      const page = new DOMParser().parseFromString(`<ol>${await response.text()}</ol>`, 'text/html');
      document.getElementById('newest')?.removeAttribute('id');
      const rows = [...page.querySelectorAll('li')];
      rows.forEach((row) => list.append(document.adoptNode(row)));
      list.dataset.after = rows.at(-1)?.dataset.letter || list.dataset.after;
    } catch { /* no network: the next round asks again */ }
  };
  setInterval(ask, EVERY);
};

if (form) compose();
