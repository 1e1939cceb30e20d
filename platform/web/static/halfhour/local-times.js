/* Pages for everyone show the site's zone. Where the server marked a time as such (data-local), it is shown again in
   this person's zone, and so is the name of the zone beside it. Whatever is grouped by day (data-zone-region) cannot
   be rewritten in place: it is fetched again with ?tz= and replaced whole. */
import { readyZoneChoosers, viewerZone } from './viewer-zone.js';

const zone = viewerZone();
const language = document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang;
const format = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
const styles = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  full: { day: 'numeric', month: 'long', year: 'numeric' },
  medium: { weekday: 'short', day: 'numeric', month: 'short' },
  short: { day: 'numeric', month: 'short' },
  month: { month: 'long', year: 'numeric' },
  weekday: { weekday: 'long' },
};

const dayNumber = (instant) => {
  const part = Object.fromEntries(
    new Intl.DateTimeFormat('en-u-ca-gregory', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric' })
      .formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(part.year, part.month - 1, part.day) / 86400000;
};

const dayText = (instant, style) => {
  if (style !== 'near' && style !== 'long' && style !== 'date') return format(styles[style]).format(instant);
  const away = dayNumber(instant) - dayNumber(new Date());
  if (style !== 'date' && Math.abs(away) <= 1) {
    const word = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(away, 'day');
    return word.charAt(0).toLocaleUpperCase(language) + word.slice(1);
  }
  if (style === 'near') return format(away > 0 && away < 7 ? styles.weekday : styles.medium).format(instant);
  return format(styles.long).format(instant).replace(',', '');
};

const timeText = (instant) => {
  const read = (moment) => format(styles.time).format(moment);
  const twice = [-3600000, 3600000, -1800000, 1800000].some(
    (shift) => read(new Date(instant.getTime() + shift)) === read(instant),
  );
  if (!twice) return read(instant);
  const named = format({ ...styles.time, timeZoneName: 'short' }).formatToParts(instant);
  return `${read(instant)} (${named.find(({ type }) => type === 'timeZoneName').value})`;
};

// Browsers still answer with the old names of a few zones.
const renamed = { Calcutta: 'Kolkata', Katmandu: 'Kathmandu', Rangoon: 'Yangon', Saigon: 'Ho Chi Minh', Kiev: 'Kyiv' };
const place = () => {
  const last = zone.split('/').at(-1).replaceAll('_', ' ');
  return renamed[last] ?? last;
};

const show = (element) => {
  const instant = new Date(element.dataset.instant);
  const kind = element.dataset.local;
  if (kind === 'zone') element.textContent = place();
  else if (kind === 'day') {
    const comma = element.textContent.endsWith(', ') ? ', ' : '';
    element.textContent = dayText(instant, element.dataset.style) + comma;
  } else {
    element.textContent = timeText(instant);
    const minute = Number(format({ minute: '2-digit' }).format(instant));
    element.closest('.slot')?.querySelector('.half path')?.setAttribute('transform', `rotate(${minute * 6} 12 12)`);
    if (element.matches('.hour time:first-child')) {
      element.closest('.ticket').querySelector('.dial path').setAttribute('transform', `rotate(${minute * 6} 48 48)`);
    }
  }
};

const fetchAgain = async (region) => {
  const address = new URL(region.dataset.zoneRegion || location.href, location.href);
  address.searchParams.set('tz', zone);
  try {
    const response = await fetch(address, { headers: { Accept: 'text/html' } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const fresh = page.getElementById(region.id);
    if (!fresh || region.contains(document.activeElement)) return;
    delete fresh.dataset.zoneRegion;
    region.replaceWith(document.adoptNode(fresh));
    readyZoneChoosers(fresh);
    globalThis.htmx?.process(fresh);
  } catch { /* no network: the site's zone stands, and says so */ }
};

export const readyLocalTimes = (part) => {
  if (!zone) return;
  const regions = [...part.querySelectorAll('[data-zone-region]')].filter((region) => region.dataset.zone !== zone);
  const within = (element) => element.closest('[data-zone-region]');
  part.querySelectorAll('[data-local]').forEach((element) => { if (!within(element)) show(element); });
  regions.forEach(fetchAgain);
};
