package bedrock

// Hot path.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	// forBedrock and forS3 are the services that signatures are made for.
	forBedrock = "bedrock"
	forS3      = "s3"
	// unsigned stands for the hash of a body of which the signature says nothing, so
	// that it may pass as it comes. S3 takes that over TLS.
	unsigned = "UNSIGNED-PAYLOAD"
	payload  = "X-Amz-Content-Sha256"
	// early is how long before their end a role's credentials are replaced, and slow
	// how long that may take.
	early = 5 * time.Minute
	slow  = 10 * time.Second
)

// signer signs requests with Signature Version 4.
type signer struct {
	identity aws.CredentialsProvider // keeps what it has until that ends
	region   string
	service  string
	v4       *v4.Signer
	now      func() time.Time
}

func newSigner(identity aws.CredentialsProvider, region string) *signer {
	return &signer{identity: identity, region: region, service: forBedrock, v4: v4.NewSigner(), now: time.Now}
}

// newStoreSigner signs requests to S3, whose paths are not escaped once more.
func newStoreSigner(identity aws.CredentialsProvider, region string) *signer {
	plain := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	return &signer{identity: identity, region: region, service: forS3, v4: plain, now: time.Now}
}

// signed are the header fields that a signature consists of.
var signed = [...]string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token", payload}

// AppendAuth implements access.Signer.
func (s *signer) AppendAuth(dst []byte, r *access.Request) ([]byte, error) {
	if r.More && s.service != forS3 {
		return dst, errors.New("a body that is not all there cannot be signed")
	}
	ctx, cancel := context.WithDeadline(context.Background(), sooner(r.Until, time.Now().Add(slow)))
	defer cancel()
	who, err := s.identity.Retrieve(ctx)
	if err != nil {
		return dst, fmt.Errorf("get AWS credentials: %w", err)
	}
	// The path goes as it is: the signer escapes it once more, as AWS does.
	req := http.Request{
		Method: r.Method, Host: r.Host, Header: make(http.Header, len(signed)),
		URL: opaque(r.Host, string(r.Path)),
	}
	hash := unsigned
	if s.service == forS3 {
		req.Header.Set(payload, unsigned)
	} else {
		hash = hashOf(r.Body)
	}
	if err := s.v4.SignHTTP(ctx, who, &req, hash, s.service, s.region, s.now()); err != nil {
		return dst, fmt.Errorf("sign: %w", err)
	}
	for _, name := range signed {
		if v := req.Header.Get(name); v != "" {
			dst = append(append(append(dst, name...), ": "...), v...)
			dst = append(dst, '\r', '\n')
		}
	}
	return dst, nil
}

func hashOf(body [][]byte) string {
	hash := sha256.New()
	for _, piece := range body {
		hash.Write(piece)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// opaque is a URL whose path nobody reads anything into.
func opaque(host, target string) *url.URL {
	u := &url.URL{Scheme: "https", Host: host, Opaque: "//" + host + target}
	for i := range len(target) {
		if target[i] == '?' {
			u.Opaque, u.RawQuery = "//"+host+target[:i], target[i+1:]
			break
		}
	}
	return u
}

func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
