/* Before joining: try camera and microphone, or the microphone alone. Nothing leaves this browser here. */
import { faultOf } from './room-devices.js';

export const checking = ({ find, media, say, note, enter }) => {
  const [join, bare, both, sound] = ['join', 'join-bare', 'try-both', 'try-sound'].map(find);

  const tryOut = async (...kinds) => {
    note('asking');
    const video = kinds.includes('video');
    try {
      if (!video) media.drop('video');
      await media.open(...kinds);
    } catch (error) {
      note(faultOf(error));
      return;
    }
    find('stage').hidden = !video;
    note(video ? 'both_on' : 'sound_on');
    join.textContent = say(video ? 'join' : 'join_sound');
    [join, find('level'), find('devices')].forEach((each) => { each.hidden = false; });
    bare.hidden = true;
    both.hidden = video;
    sound.hidden = !video;
    media.measure(() => note('heard'));
    join.focus();
  };

  both.addEventListener('click', () => tryOut('audio', 'video'));
  sound.addEventListener('click', () => tryOut('audio'));
  [join, bare].forEach((each) => each.addEventListener('click', () => {
    media.unmeasure();
    find('check').hidden = true;
    find('stage').hidden = false;
    find('stage').classList.remove('trying');
    enter();
  }));
};
