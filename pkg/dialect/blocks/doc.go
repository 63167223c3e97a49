// Package blocks serves the writers of dialects whose streams have one block of
// content open at a time, numbered upwards, while the parts of the vocabulary may be
// interleaved. A writer gives it parts and deltas as they come; what may not be
// written yet waits here.
package blocks
