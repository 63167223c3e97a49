// Package ui is the admin UI: the built pages, which lie in dist and are part of the program,
// and the handler that serves them.
//
// The pages are static. All that they show they ask of the admin API, as whoever is signed
// in, so that serving them needs no rights and knows no state. `make ui` builds them from
// src; dist is committed so that building the program needs Go alone.
package ui
