/* Day or night, before the first paint. The choice lives in this browser only; without one the device decides. */
(() => {
  try {
    const chosen = localStorage.getItem('theme');
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.bsTheme = chosen;
  } catch { /* storage is closed, as in some private windows: the device decides */ }
})();
