/* Signals by way of our own server: what this page says goes out in order and is sent again until it was kept;
   what the other page says is asked for again and again. `refused` hears of an answer that ends the visit. */
const AT_ONCE = 20;
const AGAIN_MS = 2000;
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

const freshToken = async (form) => {
  // A log-in in another window gives out a new token; the page itself has it.
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
  const token = page.querySelector('[data-room] [name=csrfmiddlewaretoken]');
  if (token) form.value = token.value;
  return Boolean(token);
};

export const signalling = ({ address, token, refused, offline }) => {
  const visit = crypto.randomUUID();
  const outbox = [];
  let number = 0;
  let sending = false;
  let open = true;

  const stop = () => { open = false; };

  const answer = async (ask) => {
    // What comes back, after as many tries as the network needs; nothing once the visit is over.
    while (open) {
      try {
        const response = await ask();
        if (response.ok) {
          offline(false);
          return await response.json();
        }
        const kept = response.status === 403 && await freshToken(token);
        if (response.status < 500 && !kept) {
          stop();
          const said = await response.json().catch(() => ({}));
          refused([401, 403].includes(response.status) ? 'logged_out' : said.code, said.error);
          return null;
        }
      } catch {
        offline(true);
      }
      await pause(AGAIN_MS);
    }
    return null;
  };

  const post = (body, more = {}) => fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token.value },
    body: JSON.stringify({ visit, ...body }),
    ...more,
  });

  const flush = async () => {
    if (sending) return;
    sending = true;
    while (open && outbox.length) {
      const signals = outbox.slice(0, AT_ONCE);
      if (await answer(() => post({ signals }))) outbox.splice(0, signals.length);
    }
    sending = false;
  };

  return {
    visit,
    stop,
    enter: () => answer(() => post({ enter: true })),
    // `number` lets the other side pass over what reached the server twice.
    send(signal) {
      number += 1;
      outbox.push({ ...signal, number });
      flush();
    },
    bye() {
      if (!open) return;
      stop();
      // `keepalive` lets it go out while the page is being left.
      post({ signals: [{ kind: 'bye', number: number + 1 }] }, { keepalive: true }).catch(() => {});
    },
    async listen(hear, wait) {
      let after = 0;
      while (open) {
        const query = `?visit=${visit}&after=${after}`;
        const found = await answer(() => fetch(address + query, { headers: { Accept: 'application/json' } }));
        for (const signal of found?.signals ?? []) {
          after = signal.id;
          if (open) await hear(signal);
        }
        await pause(wait());
      }
    },
  };
};
