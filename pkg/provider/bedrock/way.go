package bedrock

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// defaultRegion is where a key is at home that says nothing, on a machine that says nothing.
const defaultRegion = "us-east-1"

// Way is the way of a key into its region.
func Way(k *config.Key) (access.Way, error) {
	b := k.Bedrock
	if b == nil {
		b = &config.Bedrock{}
	}
	machine, err := machineOf(b, k.Value != "")
	if err != nil {
		return access.Way{}, fmt.Errorf("bedrock_key_config: %w", err)
	}
	region := cmp.Or(b.Region, regionOf(b.ARN), machine.Region, defaultRegion)
	w := access.Way{Region: address(region), Aliases: b.Deployments}
	if b.ARN != "" {
		w.Prefix = strings.TrimSuffix(b.ARN, "/") + "/"
	}
	w.Annexes = annexes(region)
	if k.Value == "" {
		who := identity(machine, region, b)
		w.Signer = newSigner(who, region)
		for i := range w.Annexes {
			if w.Annexes[i].Below == files {
				w.Annexes[i].Signer = newStoreSigner(who, region)
			}
		}
	}
	return w, nil
}

// machineOf is what the machine says of AWS. It is not asked where the key says all: callers
// bring such keys, each with its call.
func machineOf(b *config.Bedrock, apiKey bool) (aws.Config, error) {
	if b.Region == "" || b.RoleARN != "" || b.AccessKey == "" && !apiKey {
		return awsconfig.LoadDefaultConfig(context.Background(), options(b)...)
	}
	own := credentials.NewStaticCredentialsProvider(b.AccessKey.Reveal(), b.SecretKey.Reveal(), b.SessionToken.Reveal())
	return aws.Config{Region: b.Region, Credentials: aws.NewCredentialsCache(own)}, nil
}

// files is what the paths of objects in S3 begin with, which batches read and write.
const files = "/files/"

// annexes are the hosts at which AWS has what is not in Bedrock's runtime.
func annexes(region string) []access.Annex {
	control, agents := host("bedrock", region), host("bedrock-agent-runtime", region)
	return []access.Annex{
		{Below: "/model-invocation-job", Region: control},
		{Below: "/foundation-models", Region: control},
		{Below: "/inference-profiles", Region: control},
		{Below: "/rerank", Region: agents},
		{Below: files, Strip: "/files", Region: host("s3", region)},
	}
}

// options have the machine's own configuration looked at, but for what the key says.
func options(b *config.Bedrock) []func(*awsconfig.LoadOptions) error {
	var with []func(*awsconfig.LoadOptions) error
	if b.AccessKey != "" {
		with = append(with, awsconfig.WithCredentialsProvider(
			credentials.NewStaticCredentialsProvider(b.AccessKey.Reveal(), b.SecretKey.Reveal(), b.SessionToken.Reveal())))
	}
	return with
}

// identity is who signs: the key's own or the machine's, or the role that it assumes.
func identity(machine aws.Config, region string, b *config.Bedrock) aws.CredentialsProvider {
	if b.RoleARN == "" {
		return machine.Credentials
	}
	machine.Region = region
	role := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(machine), b.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cmp.Or(b.SessionName, "asbru")
		if b.ExternalID != "" {
			o.ExternalID = &b.ExternalID
		}
	})
	return aws.NewCredentialsCache(role, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = early })
}

// regionOf returns the region in an ARN: arn:aws:bedrock:REGION:…
func regionOf(arn string) string {
	const before = 3
	if parts := strings.Split(arn, ":"); len(parts) > before {
		return parts[before]
	}
	return ""
}

// address is that of Bedrock's runtime in a region.
func address(region string) string { return host("bedrock-runtime", region) }

// host is the address of a service in a region. China's regions are a partition of
// their own, with names of their own.
func host(service, region string) string {
	h := "https://" + service + "." + region + ".amazonaws.com"
	if strings.HasPrefix(region, "cn-") {
		h += ".cn"
	}
	return h
}
