/* One's own camera and microphone: asked for, shown, measured, chosen among several, and truly let go when off. */
const HEARD = 0.06;
const LOUD = 4;
const FAULTS = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', OverconstrainedError: 'missing',
  NotReadableError: 'busy', AbortError: 'busy',
};

export const faultOf = (error) => FAULTS[error.name] ?? 'failed';

export const ownMedia = ({ room, say, changed }) => {
  const shown = room.querySelector('[data-mine]');
  const meter = room.querySelector('meter');
  const choices = {
    audio: room.querySelector('#room-microphone'),
    video: room.querySelector('#room-camera'),
  };
  const tracks = { audio: null, video: null };
  let measuring = null;

  const show = () => {
    shown.srcObject = tracks.video ? new MediaStream([tracks.video]) : null;
    shown.hidden = !tracks.video;
  };

  const list = async () => {
    const found = await navigator.mediaDevices.enumerateDevices();
    Object.entries(choices).forEach(([kind, select]) => {
      const own = found.filter((each) => each.kind === `${kind}input` && each.deviceId);
      const name = kind === 'audio' ? 'microphone' : 'camera';
      const options = own.map((each, nth) => new Option(each.label || say(name, nth + 1), each.deviceId));
      const now = tracks[kind]?.getSettings().deviceId ?? select.value;
      select.replaceChildren(...options);
      if (own.some((each) => each.deviceId === now)) select.value = now;
      select.parentElement.hidden = own.length === 0;
    });
  };

  const drop = (kind) => {
    tracks[kind]?.stop();
    tracks[kind] = null;
    if (kind === 'video') show();
    changed(kind);
  };

  const take = (track) => {
    const { kind } = track;
    // Another microphone begins muted where the last one was.
    if (tracks[kind]) track.enabled = tracks[kind].enabled;
    tracks[kind]?.stop();
    tracks[kind] = track;
    track.addEventListener('ended', () => {
      if (tracks[kind] !== track) return;
      drop(kind);
      changed(kind, 'device_gone');
    });
    if (kind === 'video') show();
    changed(kind);
  };

  const wish = (kind) => {
    const id = choices[kind].value;
    const chosen = id ? { deviceId: { exact: id } } : {};
    if (kind === 'audio') return { ...chosen, echoCancellation: true, noiseSuppression: true };
    return { ...chosen, width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { max: 30 } };
  };

  /* Raises what getUserMedia raises; `faultOf` has the word for it. */
  const open = async (...kinds) => {
    const asked = Object.fromEntries(kinds.map((kind) => [kind, wish(kind)]));
    const stream = await navigator.mediaDevices.getUserMedia(asked);
    stream.getTracks().forEach(take);
    await list();
  };

  const unmeasure = () => {
    if (!measuring) return;
    clearInterval(measuring.timer);
    measuring.sound.close();
    measuring = null;
  };

  /* The level of the microphone as a bar, and once in words: `heard` is called when there was something to hear. */
  const measure = (heard) => {
    unmeasure();
    if (!tracks.audio) return;
    const sound = new AudioContext();
    sound.resume();
    const analyser = sound.createAnalyser();
    analyser.fftSize = 1024;
    sound.createMediaStreamSource(new MediaStream([tracks.audio])).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    let quiet = true;
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      const level = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length);
      meter.value = Math.min(1, level * LOUD);
      if (quiet && level * LOUD > HEARD) {
        quiet = false;
        heard();
      }
    }, 100);
    measuring = { sound, timer };
  };

  Object.entries(choices).forEach(([kind, select]) => select.addEventListener('change', () => {
    if (tracks[kind]) open(kind).catch((error) => changed(kind, faultOf(error)));
  }));
  navigator.mediaDevices.addEventListener?.('devicechange', () => {
    if (tracks.audio || tracks.video) list();
  });

  return {
    tracks, open, drop, measure, unmeasure,
    letGo() {
      unmeasure();
      ['audio', 'video'].forEach(drop);
    },
  };
};
