package logs3

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// bucket is a target that puts each batch into an object.
type bucket struct {
	client              *http.Client
	base                string // the bucket's address, with a slash at its end
	prefix              string
	region, class       string
	identity            aws.CredentialsProvider
	signer              *v4.Signer
	lastBatch, lastName string // the name of a batch that is put again
}

// Send implements sink.Target.
func (b *bucket) Send(ctx context.Context, lines [][]byte) error {
	body, hash := compressed(lines)
	now := time.Now().UTC()
	if hash != b.lastBatch {
		b.lastBatch, b.lastName = hash, b.prefix+now.Format("2006/01/02/15/20060102T150405Z-")+hash[:16]+".ndjson.gz"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, b.base+b.lastName, bytes.NewReader(body))
	if err != nil {
		return sink.Permanent(errors.New("the address cannot be read"))
	}
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("Content-Encoding", "gzip")
	r.Header.Set("X-Amz-Content-Sha256", hash)
	if b.class != "" {
		r.Header.Set("X-Amz-Storage-Class", b.class)
	}
	who, err := b.identity.Retrieve(ctx)
	if err != nil {
		return errors.New("there are no AWS credentials here")
	}
	if err := b.signer.SignHTTP(ctx, who, r, hash, "s3", b.region, now); err != nil {
		return err
	}
	_, err = sink.Do(b.client, r)
	return err
}

// compressed returns lines as compressed NDJSON, which is the same each time, and its hash.
func compressed(lines [][]byte) (body []byte, hash string) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	for _, line := range lines {
		_, _ = w.Write(line) // a buffer takes everything
		_, _ = w.Write([]byte{'\n'})
	}
	_ = w.Close()
	sum := sha256.Sum256(out.Bytes())
	return out.Bytes(), hex.EncodeToString(sum[:])
}

func (b *bucket) close() error {
	b.client.CloseIdleConnections()
	return nil
}
