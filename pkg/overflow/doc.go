// Package overflow is how a call that finds no free slot at its edge is run by a
// worker, and how the answer comes back.
//
// The edge offers a [Call]: what it has decided on it, and its body. A worker with
// a free slot claims it with a beat; the edge gives its consent, once, with a go,
// so that a call is never run twice, nor one that the edge has served meanwhile.
// Then the worker's [Sender] sends frames: start, data, end, or an error instead;
// and a beat each second. The edge's [Receiver] hands them out in order, and gives
// credit for more as they are taken: a caller who reads slowly slows the worker,
// and no memory fills. Frames are numbered; one that is missing fails the answer,
// and is never skipped.
//
// Nothing here knows of NATS, of HTTP or of the engine: package dispatch, below, has
// the edge's way to the bus, and the role worker that of the workers.
package overflow
