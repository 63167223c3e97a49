// Package worker is the role that takes calls over from edges whose slots are busy.
//
// A worker pulls as many calls as it has free slots at a provider, and claims each one
// before it runs it: pull = slot, claim = acknowledgement. It runs a call with the
// same engine as an edge, on its own connections, and sends the answer back in
// frames (pkg/overflow). What the edge has decided it does not decide again: who may
// call, where to, with which key, and whether to try once more.
//
// pull.go takes calls from the queue, or directly; serve.go runs one; worker.go has
// the role's beginning and end.
package worker
