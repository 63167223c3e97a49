// Package bedrock is the way into Amazon Bedrock: each key has a region with an
// address of its own, and signs its requests in AWS's way, with an access key, a role
// that it assumes, or whatever the machine offers; or it is an API key, and a value in
// a header.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
package bedrock
