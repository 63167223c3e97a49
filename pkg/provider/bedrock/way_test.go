package bedrock

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/require"
)

// bareMachine is one that says nothing of AWS.
func bareMachine(t *testing.T) {
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		t.Setenv(name, "")
	}
}

func TestTheAddressIsThatOfTheRegion(t *testing.T) {
	bareMachine(t)
	const profile = "arn:aws:bedrock:eu-west-3:123456789012:application-inference-profile"
	for _, tc := range []struct {
		config  *config.Bedrock
		machine string
		want    string
	}{
		{nil, "", "https://bedrock-runtime.us-east-1.amazonaws.com"},
		{nil, "sa-east-1", "https://bedrock-runtime.sa-east-1.amazonaws.com"},
		{&config.Bedrock{Region: "eu-central-1", ARN: profile}, "sa-east-1", "https://bedrock-runtime.eu-central-1.amazonaws.com"},
		{&config.Bedrock{ARN: profile}, "sa-east-1", "https://bedrock-runtime.eu-west-3.amazonaws.com"},
		{&config.Bedrock{Region: "cn-north-1"}, "", "https://bedrock-runtime.cn-north-1.amazonaws.com.cn"},
	} {
		t.Setenv("AWS_REGION", tc.machine)
		w, err := Way(&config.Key{Value: "k", Bedrock: tc.config})
		require.NoError(t, err)
		require.Equal(t, tc.want, w.Region)
		require.Nil(t, w.Signer, "a value is an API key")
	}
	w, err := Way(&config.Key{Value: "k", Bedrock: &config.Bedrock{ARN: profile, Deployments: map[string]string{"a": "b"}}})
	require.NoError(t, err)
	require.Equal(t, profile+"/", w.Prefix)
	require.Equal(t, map[string]string{"a": "b"}, w.Aliases)
}

// fields are the header fields that were appended.
func fields(t *testing.T, b []byte) map[string]string {
	all := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(b), "\r\n"), "\r\n") {
		name, value, ok := strings.Cut(line, ": ")
		require.True(t, ok, line)
		all[name] = value
	}
	return all
}

func request() *access.Request {
	return &access.Request{
		Method: "POST", Host: "bedrock-runtime.us-east-1.amazonaws.com",
		Path: []byte("/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.x-v1%3A0/converse"),
		Body: [][]byte{[]byte(`{"messages"`), []byte(`:[]}`)},
	}
}

func TestARequestIsSignedAsTheSDKSignsIt(t *testing.T) {
	bareMachine(t)
	w, err := Way(&config.Key{Bedrock: &config.Bedrock{AccessKey: "AKID", SecretKey: "a-secret", SessionToken: "token", Region: "us-east-1"}})
	require.NoError(t, err)
	s := w.Signer.(*signer)
	at := time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)
	s.now = func() time.Time { return at }
	got, err := s.AppendAuth([]byte("X: y\r\n"), request())
	require.NoError(t, err)
	header := fields(t, got)
	require.Equal(t, "y", header["X"])
	require.Equal(t, "token", header["X-Amz-Security-Token"])
	require.Equal(t, "20261125T170000Z", header["X-Amz-Date"])

	// The SDK makes its URL of the escaped path, in one piece.
	req, err := http.NewRequest(http.MethodPost, "https://bedrock-runtime.us-east-1.amazonaws.com"+string(request().Path), http.NoBody)
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(`{"messages":[]}`))
	who := aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "a-secret", SessionToken: "token"}
	require.NoError(t, v4.NewSigner().SignHTTP(t.Context(), who, req, hex.EncodeToString(sum[:]), "bedrock", "us-east-1", at))
	require.Equal(t, req.Header.Get("Authorization"), header["Authorization"])
}

func TestTheMachinesOwnCredentialsAreUsed(t *testing.T) {
	bareMachine(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKMACHINE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	w, err := Way(&config.Key{})
	require.NoError(t, err)
	got, err := w.Signer.AppendAuth(nil, request())
	require.NoError(t, err)
	require.Contains(t, fields(t, got)["Authorization"], "Credential=AKMACHINE/")
}

func TestARoleIsAssumedOnce(t *testing.T) {
	bareMachine(t)
	var asked []string
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		asked = append(asked, r.Form.Get("RoleArn")+" "+r.Form.Get("ExternalId")+" "+r.Form.Get("RoleSessionName")+" "+r.Header.Get("Authorization"))
		_, _ = w.Write([]byte(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
			<AccessKeyId>AKROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>of-role</SessionToken>
			<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`))
	}))
	defer sts.Close()
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
	w, err := Way(&config.Key{Bedrock: &config.Bedrock{
		AccessKey: "AKID", SecretKey: "secret", Region: "us-east-1",
		RoleARN: "arn:aws:iam::123456789012:role/llm", ExternalID: "ext", SessionName: "me",
	}})
	require.NoError(t, err)
	for range 3 {
		got, err := w.Signer.AppendAuth(nil, request())
		require.NoError(t, err)
		require.Contains(t, fields(t, got)["Authorization"], "Credential=AKROLE/")
		require.Equal(t, "of-role", fields(t, got)["X-Amz-Security-Token"])
	}
	require.Len(t, asked, 1)
	require.Contains(t, asked[0], "arn:aws:iam::123456789012:role/llm ext me AWS4-HMAC-SHA256 Credential=AKID/")
}

func TestWhatCannotBeSignedSaysSo(t *testing.T) {
	none := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, errors.New("none here") })
	_, err := newSigner(none, "us-east-1").AppendAuth(nil, request())
	require.EqualError(t, err, "get AWS credentials: none here")

	r := request()
	r.More = true
	_, err = newSigner(none, "us-east-1").AppendAuth(nil, r)
	require.ErrorContains(t, err, "cannot be signed")
}

func TestWhatIsNotInTheRuntimeHasItsOwnHost(t *testing.T) {
	bareMachine(t)
	w, err := Way(&config.Key{Bedrock: &config.Bedrock{Region: "eu-west-1", AccessKey: "a", SecretKey: "b"}})
	require.NoError(t, err)
	hosts := map[string]string{}
	for _, a := range w.Annexes {
		hosts[a.Below] = a.Region
		require.Equal(t, a.Below == "/files/", a.Signer != nil, "S3 has signatures of its own")
	}
	require.Equal(t, "https://bedrock.eu-west-1.amazonaws.com", hosts["/model-invocation-job"])
	require.Equal(t, "https://bedrock-agent-runtime.eu-west-1.amazonaws.com", hosts["/rerank"])
	require.Equal(t, "https://s3.eu-west-1.amazonaws.com", hosts["/files/"])
}
