// Package frame is the one form in which what is not Go gets a hook's call and answers
// it: WASM guests and external hooks. docs/plugins.md, section "Frames", is its reference.
//
// A frame is a JSON object: which point of a call's way it is, what is known of the call,
// and what passes there. Requests and answers stand in it in the form of OpenAI's API,
// whatever dialect the caller and the provider speak, events in a form of their own. The
// answer is a JSON object too: what to do, and what has changed.
//
// How a value flows: [New] makes a [plugin.Plugin] of anything that can answer frames. Its
// hooks write a frame, ask, read the answer and lay what has changed over what was there,
// so that what the guest left alone stays exactly as it was, also where this form has no
// words for it. An answer is a stranger's: whatever it holds, the hook ends with a valid
// request, or has failed.
//
// How frames travel, time limits, and what becomes of a hook that has failed are not
// decided here.
package frame
