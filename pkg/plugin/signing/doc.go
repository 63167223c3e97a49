// Package signing says what names an artefact of a plugin, a digest of what is in it, and
// whose signatures of that count. Package artefact keeps artefacts.
package signing
