/* The day and night buttons in the footer. They are hidden until this runs, because they do nothing without it. */
const root = document.documentElement;

const remember = (choice) => {
  try {
    if (choice === 'auto') localStorage.removeItem('theme');
    else localStorage.setItem('theme', choice);
  } catch { /* storage is closed: the choice holds for this page */ }
};

const show = (buttons) => {
  const now = root.dataset.bsTheme ?? 'auto';
  buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.value === now)));
};

export const readyThemeSwitch = () => {
  const place = document.querySelector('[data-theme-switch]');
  if (!place) return;
  const buttons = [...place.querySelectorAll('button')];
  buttons.forEach((button) => button.addEventListener('click', () => {
    if (button.value === 'auto') delete root.dataset.bsTheme;
    else root.dataset.bsTheme = button.value;
    remember(button.value);
    show(buttons);
  }));
  show(buttons);
  place.hidden = false;
};
