/* Folded parts, the filters for one: open beside the page on a wide screen, closed above it on a phone. */
const wide = matchMedia('(min-width: 60rem)');

export const readyFolds = (part) => {
  part.querySelectorAll('details[data-fold]').forEach((fold) => {
    const set = () => { fold.open = wide.matches; };
    set();
    wide.addEventListener('change', set);
  });
};
