/* The video room: check, join, talk, leave. The parts are in room-*.js; this one leads from one to the next and says
   what is happening. Its words come from the page. */
import { checking } from './room-check.js';
import { faultOf, ownMedia } from './room-devices.js';
import { captions } from './room-lines.js';
import { peer } from './room-peer.js';
import { signalling } from './room-signals.js';

const FAST_MS = 1000;
const CALM_MS = 3000;
const SLOW_MS = 25000;
const room = document.querySelector('[data-room]');
const find = (name) => room.querySelector(`[data-${name}]`);
const words = () => JSON.parse(document.getElementById('room-words').textContent);

const run = () => {
  const texts = words();
  const say = (key, number) => (texts[key] ?? '').replace('{number}', number);
  // Two lines are read out: how the connection stands, and what else happened.
  const write = (line, text) => { if (line.textContent !== text) line.textContent = text; };
  const status = (key) => write(find('status'), say(key));
  const note = (key) => write(find('note'), say(key));
  const [mute, cameraOff, theirs] = ['mute', 'camera-off', 'theirs'].map(find);
  const pressed = (button) => button.getAttribute('aria-pressed') === 'true';
  const press = (button, on) => button.setAttribute('aria-pressed', String(on));
  let call = null; // the connection, while the other one is here
  let signals = null; // our visit, from joining to leaving
  let slow = 0;
  let them = {};

  const tell = (message) => call?.say(message) ?? false;
  const lines = captions({ room, say, note, tell, told: () => tellState() });
  const tellState = () => tell({ kind: 'state', muted: pressed(mute), camera: !pressed(cameraOff), lines: lines.on() });

  const media = ownMedia({
    room,
    say,
    changed(kind, fault) {
      const track = media.tracks[kind];
      call?.setTrack(kind, track);
      if (kind === 'audio') press(mute, !track?.enabled);
      else press(cameraOff, !track);
      if (fault) note(fault);
      tellState();
    },
  });

  const showThem = () => {
    const picture = Boolean(theirs.srcObject) && them.camera === true;
    theirs.classList.toggle('unseen', !picture); // heard all the same
    find('their-face').hidden = picture;
    const about = [them.muted && 'they_are_muted', them.camera === false && 'their_camera_is_off'].filter(Boolean);
    write(find('about-them'), about.map((key) => say(key)).join(' '));
  };

  const hearThem = (message) => {
    if (message.kind === 'line') lines.hear(message.text);
    if (message.kind !== 'state') return;
    them = { muted: message.muted === true, camera: message.camera === true };
    lines.theirsAre(message.lines);
    showThem();
  };

  const play = () => theirs.play().then(() => { find('play').hidden = true; }, (error) => {
    // Some browsers start sound only on a press. A new stream that takes the place of the last is no fault.
    if (error.name !== 'NotAllowedError') return;
    find('play').hidden = false;
    note('play');
  });

  const part = () => {
    clearTimeout(slow);
    call?.close();
    call = null;
    them = {};
    theirs.srcObject = null;
    showThem();
  };

  const slowLater = () => {
    clearTimeout(slow);
    slow = setTimeout(() => status('slow'), SLOW_MS);
  };

  const meet = (visit, servers, first) => {
    part();
    status('connecting');
    slowLater();
    const stream = new MediaStream();
    const here = () => call === mine;
    let met = false;
    const mine = peer({
      servers,
      first,
      polite: room.dataset.side === 'member',
      tracks: () => media.tracks,
      send: (signal) => signals?.send({ ...signal, to: visit }),
      hear: hearThem,
      track(track) {
        stream.addTrack(track);
        theirs.srcObject = stream;
        play();
        showThem();
      },
      changed(state) {
        if (!here()) return;
        if (state === 'open') tellState();
        if (state === 'connected') {
          clearTimeout(slow);
          met = true;
          status('connected');
        } else if (met && (state === 'disconnected' || state === 'failed')) {
          status('reconnecting');
          slowLater();
        }
      },
    });
    call = Object.assign(mine, { visit, heard: 0 });
  };

  const hear = async (signal, own, servers) => {
    if (signal.kind === 'hello') {
      if (call?.visit !== signal.visit) meet(signal.visit, servers, own > signal.id);
      return;
    }
    if (!call || signal.visit !== call.visit || signal.number <= call.heard) return;
    call.heard = signal.number;
    if (signal.kind === 'bye') {
      part();
      status('they_left');
    } else if (signal.to === signals?.visit) {
      try {
        await call.receive(signal);
      } catch (error) {
        // A signal out of place is passed over: the next restart brings both together again.
        console.info('signal not taken:', error.name);
      }
    }
  };

  const end = (sentence) => {
    signals?.bye();
    signals = null;
    part();
    write(find('status'), sentence);
    media.letGo();
    note('nothing');
    ['controls', 'devices', 'lines', 'stage'].forEach((each) => { find(each).hidden = true; });
    find('after').hidden = false;
    find('again').focus();
  };

  const enter = async () => {
    find('controls').hidden = false;
    press(mute, !media.tracks.audio);
    press(cameraOff, !media.tracks.video);
    note('nothing');
    status('joining');
    mute.focus();
    room.scrollIntoView(); // on a phone the page's head would push the switches out of sight
    const visit = signalling({
      address: room.dataset.signals,
      token: room.querySelector('[name=csrfmiddlewaretoken]'),
      refused(code, error) {
        if (signals === visit) end(say(code) || error || say('stopped'));
      },
      offline(now) {
        if (call?.connected()) return;
        if (now) status('offline');
        else if (find('status').textContent === say('offline')) status(call ? 'connecting' : 'waiting');
      },
    });
    signals = visit;
    const begun = await visit.enter();
    if (!begun) return;
    status('waiting');
    visit.listen((signal) => hear(signal, begun.id, begun.ice_servers), () => (call?.connected() ? CALM_MS : FAST_MS));
  };

  const turnOn = async (kind, done) => {
    try {
      await media.open(kind);
      find('devices').hidden = false;
      note(done);
    } catch (error) {
      note(faultOf(error));
    }
  };

  mute.addEventListener('click', () => {
    if (!media.tracks.audio) {
      turnOn('audio', 'unmuted');
      return;
    }
    media.tracks.audio.enabled = pressed(mute);
    press(mute, !pressed(mute));
    note(pressed(mute) ? 'muted' : 'unmuted');
    tellState();
  });

  cameraOff.addEventListener('click', () => {
    if (!media.tracks.video) {
      turnOn('video', 'camera_on');
      return;
    }
    media.drop('video'); // let go, so that its light goes out too
    note('camera_off');
  });

  checking({ find, media, say, note, enter });
  find('play').addEventListener('click', play);
  find('leave').addEventListener('click', () => end(say('left')));
  find('again').addEventListener('click', () => location.reload());
  addEventListener('pagehide', () => { signals?.bye(); call?.close(); });
  addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload(); });
  document.addEventListener('countdown:closed', () => {
    if (!signals) {
      location.reload();
      return;
    }
    signals.stop(); // a closed room takes no farewell
    end(say('over'));
  });
};

if (room) {
  room.hidden = false;
  document.querySelector('[data-without-room]').hidden = true;
  if (navigator.mediaDevices?.getUserMedia && globalThis.RTCPeerConnection) run();
  else {
    find('status').textContent = words().no_video;
    find('check').hidden = true;
  }
}
