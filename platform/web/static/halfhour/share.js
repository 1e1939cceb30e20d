/* The share row: copying the address and the device's own share sheet need a script, so their buttons wait for it. */
const copy = async (row, address) => {
  const status = row.querySelector('[role=status]');
  try {
    await navigator.clipboard.writeText(address);
    status.textContent = row.dataset.copied;
  } catch {
    status.textContent = address;
  }
};

export const readyShare = (part) => {
  part.querySelectorAll('[data-share]').forEach((row) => {
    const address = row.dataset.share;
    const copier = row.querySelector('[data-copy]');
    copier.closest('li').hidden = false;
    copier.addEventListener('click', () => copy(row, address));
    // A private address is for copying alone and has no sheet.
    const sheet = row.querySelector('[data-sheet]');
    if (!sheet || !navigator.share) return;
    sheet.closest('li').hidden = false;
    // A person who closes the sheet again has not met an error.
    sheet.addEventListener('click', () => navigator.share({ title: row.dataset.title, url: address }).catch(() => {}));
  });
};
