/* Whose clock a page is shown by: the zone this person chose on an earlier page, else this device's. The choice lives
   in this browser only, as day and night do; choosing the device's own zone forgets it. */
const KEY = 'zone';
export const deviceZone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';

const known = (zone) => {
  try {
    return Boolean(zone) && Boolean(Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch { return false; }
};

export const viewerZone = () => {
  try {
    const chosen = localStorage.getItem(KEY);
    if (known(chosen)) return chosen;
  } catch { /* storage is closed: the device decides */ }
  return deviceZone;
};

const remember = (zone) => {
  try {
    if (zone === deviceZone) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, zone);
  } catch { /* storage is closed: the choice holds for the pages that this one leads to */ }
};

/* Where something is being filled in, only what shows a time is fetched in the other zone and put in its place
   (data-zoned), so that nothing that was written or chosen is lost. */
const changeInPlace = async (address, parts) => {
  const response = await fetch(address, { headers: { Accept: 'text/html' } });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const chosen = document.querySelector('[data-zoned] input[type=radio]:checked')?.id;
  parts.forEach((part) => {
    const fresh = page.getElementById(part.id);
    if (fresh) part.replaceChildren(...document.adoptNode(fresh).childNodes);
  });
  if (chosen && document.getElementById(chosen)) document.getElementById(chosen).checked = true;
  history.replaceState(history.state, '', address);
};

const offer = (select, zone) => {
  const own = [...select.options].find(({ value }) => value === zone);
  select.prepend(own ?? new Option(zone.split('/').at(-1).replaceAll('_', ' '), zone));
};

const ready = (form) => {
  const select = form.elements.tz;
  const shown = select.value;
  offer(select, viewerZone());
  offer(select, deviceZone);
  if (select.dataset.deviceLabel) select.options[0].text += ` (${select.dataset.deviceLabel})`;
  // The name of a zone that a script may replace is not one that anybody chose.
  select.value = form.parentElement.querySelector('[data-local=zone]') ? viewerZone() : shown;
  form.addEventListener('submit', (event) => {
    remember(select.value);
    const parts = [...document.querySelectorAll('[data-zoned][id]')];
    if (!parts.length || !window.fetch) return;
    event.preventDefault();
    const address = new URL(form.action);
    new FormData(form).forEach((value, name) => address.searchParams.set(name, value));
    changeInPlace(address, parts)
      .then(() => { readyZoneChoosers(document); document.querySelector('.zone summary')?.focus(); })
      .catch(() => { form.submit(); });
  });
};

export const readyZoneChoosers = (part) => {
  part.querySelectorAll('.zone form:not([data-ready])').forEach((form) => {
    form.dataset.ready = '';
    if (form.elements.tz && deviceZone) ready(form);
  });
};
