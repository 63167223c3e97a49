package logs3

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// settings are the plugin's own.
type settings struct {
	Bucket       string        `json:"bucket,omitempty" required:"true" doc:"Name of the bucket."`
	Region       string        `json:"region,omitempty" ref:"true" doc:"Its region. Absent: the machine's, or else us-east-1."`
	Endpoint     string        `json:"endpoint,omitempty" ref:"true" doc:"Address of what is not Amazon's S3, such as https://minio.example.com; the bucket then stands in the path."`
	Prefix       string        `json:"prefix,omitempty" default:"asbru/" maxLength:"512" doc:"What names of objects begin with. Behind it stand year, month, day and hour."`
	AccessKey    config.Secret `json:"access_key,omitempty" doc:"Id of the access key. Absent: the credentials that the machine has."`
	SecretKey    config.Secret `json:"secret_key,omitempty" doc:"The access key's secret."`
	SessionToken config.Secret `json:"session_token,omitempty" doc:"Token of temporary credentials."`
	StorageClass string        `json:"storage_class,omitempty" doc:"Storage class of the objects, such as STANDARD_IA."`
	Content      bool          `json:"content,omitempty" doc:"Whether requests and answers are kept, too."`
	MaxKB        int           `json:"max_content_kb,omitempty" minimum:"1" maximum:"65536" default:"256" doc:"Most kilobytes of a request, and of an answer; what is larger is left out."`
	Headers      []string      `json:"header_names,omitempty" doc:"Names of the caller's headers that are kept along."`
	Batch        sink.Batch    `json:"batch,omitempty" doc:"How calls are gathered. Each batch is an object: give it time."`
}

// Kind is the kind of plugins that put calls into a bucket.
func Kind() plugin.Kind {
	return sink.Kind("log_s3", "Puts finished calls into a bucket of S3, or of what speaks its protocol, as compressed NDJSON.", func(env plugin.Env, s *settings) (sink.Parts, error) {
		b, err := newBucket(env, s)
		if err != nil {
			return sink.Parts{}, err
		}
		return sink.Parts{Shape: sink.Shape{Content: s.Content, MaxBytes: s.MaxKB << 10, Headers: s.Headers}, Batch: s.Batch, Target: b, Close: b.close}, nil
	})
}

// Names that need no escaping, which is where signatures of others differ.
var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixName = regexp.MustCompile(`^([A-Za-z0-9_=.-]+/)*[A-Za-z0-9_=.-]*$`)
)

func newBucket(env plugin.Env, s *settings) (*bucket, error) {
	if !bucketName.MatchString(s.Bucket) {
		return nil, config.Fault("bucket", "is no name of a bucket")
	}
	if !prefixName.MatchString(s.Prefix) || strings.Contains("/"+s.Prefix, "/.") {
		return nil, config.Fault("prefix", "may have letters, digits, _, =, . and -, in folders with / between")
	}
	if (s.AccessKey == "") != (s.SecretKey == "") {
		return nil, config.Fault("secret_key", "is wanted where there is an access_key, and the other way round")
	}
	if err := sink.CheckHeaders("header_names", s.Headers); err != nil {
		return nil, err
	}
	var with []func(*awsconfig.LoadOptions) error
	if s.AccessKey != "" {
		with = append(with, awsconfig.WithCredentialsProvider(
			credentials.NewStaticCredentialsProvider(s.AccessKey.Reveal(), s.SecretKey.Reveal(), s.SessionToken.Reveal())))
	}
	machine, err := awsconfig.LoadDefaultConfig(context.Background(), with...)
	if err != nil {
		return nil, fmt.Errorf("the machine's AWS configuration: %w", err)
	}
	region := cmp.Or(s.Region, machine.Region, "us-east-1")
	base := fmt.Sprintf("https://%s.s3.%s.amazonaws.com/", s.Bucket, region)
	if s.Endpoint != "" {
		if err := sink.CheckURL("endpoint", s.Endpoint, env.Private); err != nil {
			return nil, err
		}
		base = strings.TrimRight(s.Endpoint, "/") + "/" + s.Bucket + "/"
	}
	if _, err := url.Parse(base); err != nil {
		return nil, config.Fault("region", "is none")
	}
	return &bucket{
		client: sink.Client(env.HTTP), base: base, prefix: s.Prefix, region: region, class: s.StorageClass,
		identity: aws.NewCredentialsCache(machine.Credentials), signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }),
	}, nil
}
