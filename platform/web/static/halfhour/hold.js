/* While a member fills in the form of a half hour, it is kept for them, and given back when they leave the page.
   Without this file nothing is kept, and a half hour that somebody else books meanwhile is said to be gone. */
const form = document.querySelector('form[data-hold-url]');

const keep = () => {
  const said = form.querySelector('[data-hold-said]');
  let held = '';
  let sending = false;

  const body = (fields) => {
    const data = new FormData();
    data.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value);
    Object.entries(fields).forEach(([name, value]) => data.set(name, value));
    return data;
  };

  const chosen = () => form.querySelector('[name=start]:checked, input[type=hidden][name=start]')?.value;

  const hold = async () => {
    const start = chosen();
    if (!start) return;
    try {
      const response = await fetch(form.dataset.holdUrl, {
        method: 'POST',
        body: body({ specialist: form.dataset.hold, start }),
        headers: { Accept: 'application/json' },
      });
      const answer = await response.json();
      held = response.ok ? answer.hold : '';
      /* Of no use to a reader: that they have been logged out, and how much is kept for their connection. */
      if ((response.ok || response.status === 409) && start === chosen()) said.textContent = answer.sentence;
    } catch { /* no network: booking says what it finds */ }
  };

  form.addEventListener('change', (event) => { if (event.target.name === 'start') hold(); });
  form.addEventListener('submit', () => { sending = true; });
  /* The booking itself uses a hold up; leaving in any other way gives it back. */
  addEventListener('pagehide', () => {
    if (held && !sending) navigator.sendBeacon(form.dataset.holdUrl, body({ release: held }));
    held = '';
    said.textContent = '';
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    sending = false;
    hold();
  });
  hold();
};

if (form) keep();
