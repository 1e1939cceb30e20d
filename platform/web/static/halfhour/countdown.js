/* How long until a half hour opens, begins and ends. The page stands without this; its words come from the page.
   Only five minutes left, and the end, are said aloud: a clock that spoke every second would drown the talk. */
const FIVE_MINUTES = 300000;
const part = document.querySelector('[data-countdown]');

const two = (number) => String(number).padStart(2, '0');

const timeText = (milliseconds, words) => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return words.sayHours.replace('{hours}', Math.floor(minutes / 60)).replace('{minutes}', minutes % 60);
};

const count = () => {
  const { now, opens, start, end, closes, ...words } = part.dataset;
  const [toOpen, toStart, toEnd, toClose] = [opens, start, end, closes].map((instant) => Date.parse(instant));
  // The server's clock counts, not this device's, which may be minutes off.
  const ahead = Date.parse(now) - Date.now();
  const line = part.querySelector('[data-line]');
  const said = part.querySelector('[data-said]');
  const time = () => Date.now() + ahead;
  let before = time();

  const text = (at) => {
    if (at < toOpen) return words.sayOpens.replace('{time}', timeText(toOpen - at, words));
    if (at < toStart) return words.sayStarts.replace('{time}', timeText(toStart - at, words));
    if (at < toEnd) return words.sayLeft.replace('{time}', timeText(toEnd - at, words));
    return words.sayOver;
  };

  const tick = () => {
    const at = time();
    const passed = (instant) => before < instant && at >= instant;
    if (passed(toClose)) document.dispatchEvent(new CustomEvent('countdown:closed'));
    // A page that is more than a clock takes the closing over itself; the others show what comes next.
    if (passed(toOpen) || (passed(toClose) && !document.querySelector('[data-room]'))) location.reload();
    if (passed(toEnd - FIVE_MINUTES)) said.textContent = words.sayFive;
    if (passed(toEnd)) said.textContent = words.sayEnded;
    before = at;
    // Days ahead, the hour the server wrote says more than a number of hours.
    if (toOpen - at < 86400000) line.textContent = text(at);
  };

  tick();
  setInterval(tick, 1000);
};

if (part) {
  document.querySelectorAll('[data-without-script]').forEach((each) => { each.hidden = true; });
  document.querySelectorAll('[data-with-script]').forEach((each) => { each.hidden = false; });
  count();
}
