// Package form looks into a multipart body for what a gateway must know of it, and
// holds no more of it than it has to.
//
// [Read] takes the beginning of the body into memory, finds the model and the
// gateway's own fields there, and leaves the rest to be read as it is sent on. A
// model that stands behind a file which is larger than that, as some SDKs have it,
// is found by laying the body down in a file on disk first; there it is put before
// the others, where the reader behind this one finds it at once.
//
// It is not for the content of files, and it is no parser of forms: what it does not
// look for passes as it came.
package form
