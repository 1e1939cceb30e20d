/* Logging out leaves no words behind on this device: drafts and letters that could not go yet (composer.js). */
const forget = () => {
  try {
    Object.keys(localStorage)
      .filter((key) => key.startsWith('letters:'))
      .forEach((key) => localStorage.removeItem(key));
  } catch { /* storage is closed: nothing was kept */ }
};

export const readyLogOut = (part) => {
  part.querySelectorAll('form[action$="/logout/"]').forEach((form) => form.addEventListener('submit', forget));
};
