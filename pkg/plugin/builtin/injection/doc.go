// Package injection estimates whether a text tries to make a model follow other
// instructions than those of its application.
//
// Each [Signal] is something that such texts have, with a weight. A text's score is what is
// left of 1 when each signal that it has takes its weight of the rest away: two of 0.5 make 0.75.
//
// These are heuristics. They find what is written as most attacks are; a text that talks
// about attacks has their words, too, and an attack that is written otherwise has none of
// them. No model's permissions should rest on them alone.
package injection
