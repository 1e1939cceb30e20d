/* Focus goes to the summary of what to look at, so that it is read out first. */
export const readyErrorSummary = (part) => {
  part.querySelector('.error-summary')?.focus();
};
