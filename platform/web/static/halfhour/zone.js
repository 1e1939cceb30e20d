/* Sign-up: tells us this person's time zone, so that times are right from the first page on. The field is hidden and
   may stay empty. */
import { viewerZone } from './viewer-zone.js';

for (const field of document.querySelectorAll('input[data-own-zone]')) field.value ||= viewerZone();
