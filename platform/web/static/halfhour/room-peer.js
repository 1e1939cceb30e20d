/* One connection to the other browser. Both sides may negotiate at any time ("perfect negotiation", WebRTC 10.7):
   where two offers cross, the polite side gives way. The side that came later makes the first offer. Both media
   have their place from the beginning, so turning a camera on later changes a track and needs no new offer. */
const KINDS = ['audio', 'video'];
const RESTART_MS = 3000;
const RETRY_MS = 8000;
const RAREST_MS = 60000;

export const peer = ({ servers, polite, first, tracks, send, changed, track, hear }) => {
  const pc = new RTCPeerConnection({ iceServers: servers });
  // The same on both sides without being announced.
  const line = pc.createDataChannel('room', { negotiated: true, id: 0 });
  const together = new MediaStream();
  let offering = false;
  let ignoring = false;
  let begun = first;
  let restart = 0;

  const place = (kind) => pc.getTransceivers().find((each) => each.receiver.track.kind === kind);

  const offer = async () => {
    if (!begun || pc.signalingState === 'closed') return;
    try {
      offering = true;
      await pc.setLocalDescription();
      send({ kind: 'description', description: pc.localDescription });
    } finally {
      offering = false;
    }
  };

  // New ways between the two are looked for at once, then less and less often: each try costs signals.
  const restartLater = (ms, next = RETRY_MS) => {
    clearTimeout(restart);
    restart = setTimeout(() => {
      if (pc.connectionState === 'connected' || pc.signalingState === 'closed') return;
      pc.restartIce();
      restartLater(next, Math.min(next * 2, RAREST_MS));
    }, ms);
  };
  let trying = false;

  pc.addEventListener('negotiationneeded', offer);
  pc.addEventListener('icecandidate', ({ candidate }) => { if (candidate) send({ kind: 'candidate', candidate }); });
  pc.addEventListener('track', (event) => track(event.track));
  pc.addEventListener('connectionstatechange', () => {
    if (pc.connectionState === 'connected') {
      clearTimeout(restart);
      trying = false;
    } else if (!trying && ['disconnected', 'failed'].includes(pc.connectionState)) {
      trying = true;
      restartLater(pc.connectionState === 'failed' ? 0 : RESTART_MS);
    }
    changed(pc.connectionState);
  });
  line.addEventListener('open', () => changed('open'));
  line.addEventListener('message', ({ data }) => {
    try { hear(JSON.parse(data)); } catch { /* nothing of ours: a newer or a broken page */ }
  });

  if (first) {
    KINDS.forEach((kind) => {
      const own = pc.addTransceiver(kind, { direction: 'sendrecv', streams: [together] });
      own.sender.replaceTrack(tracks()[kind]);
    });
  }

  const answer = async () => {
    KINDS.forEach((kind) => {
      const own = place(kind);
      if (!own || own.direction === 'sendrecv') return;
      own.direction = 'sendrecv';
      own.sender.setStreams?.(together);
      own.sender.replaceTrack(tracks()[kind]);
    });
    await pc.setLocalDescription();
    send({ kind: 'description', description: pc.localDescription });
  };

  return {
    connected: () => pc.connectionState === 'connected',
    async receive({ kind, description, candidate }) {
      if (kind === 'description') {
        const crossed = description.type === 'offer' && (offering || pc.signalingState !== 'stable');
        ignoring = !polite && crossed;
        if (ignoring) return;
        await pc.setRemoteDescription(description);
        begun = true;
        if (description.type === 'offer') await answer();
      } else if (kind === 'candidate') {
        try {
          await pc.addIceCandidate(candidate);
        } catch (error) {
          if (!ignoring) throw error;
        }
      }
    },
    setTrack: (kind, own) => place(kind)?.sender.replaceTrack(own),
    say(message) {
      if (line.readyState !== 'open') return false;
      line.send(JSON.stringify(message));
      return true;
    },
    close() {
      clearTimeout(restart);
      pc.close();
    },
  };
};
