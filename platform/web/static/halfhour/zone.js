/* Sign-up: tells us this device's time zone, so that times are right from the first page on. The field is hidden and
   may stay empty. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll('input[data-own-zone]')) field.value ||= zone ?? '';
