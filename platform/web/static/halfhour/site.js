/* Small helpers; every page works without them. Each module readies a part of the page: the whole of it at first,
   and whatever htmx swaps in later. */
import { readyThemeSwitch } from './theme-switch.js';
import { readyFolds } from './fold.js';
import { readyErrorSummary } from './error-summary.js';
import { readyLocalTimes } from './local-times.js';
import { readyShare } from './share.js';
import { readyLogOut } from './log-out.js';
import { readyZoneChoosers } from './viewer-zone.js';

const ready = (part) => {
  readyFolds(part);
  readyLocalTimes(part);
  readyZoneChoosers(part);
  readyShare(part);
  readyLogOut(part);
  readyErrorSummary(part);
};

readyThemeSwitch();
ready(document);
document.addEventListener('htmx:load', (event) => {
  if (event.detail.elt !== document.body) ready(event.detail.elt);
});
