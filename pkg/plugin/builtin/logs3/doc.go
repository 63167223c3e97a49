// Package logs3 puts finished calls into a bucket of S3, or of what speaks its protocol, as
// objects of compressed NDJSON under the hour in which they are written.
//
// An object's name has the hash of what is in it, so that a batch that is put twice, since
// the answer was lost, is there once. Requests are signed with Signature Version 4
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
package logs3
