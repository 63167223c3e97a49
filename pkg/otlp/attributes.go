package otlp

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
)

// attributes are those of a span; what is empty or 0 is left out.
type attributes []*commonpb.KeyValue

func (a *attributes) text(key, value string) {
	if value != "" {
		*a = append(*a, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}})
	}
}

func (a *attributes) texts(key string, values []string) {
	if len(values) == 0 {
		return
	}
	list := &commonpb.ArrayValue{}
	for _, v := range values {
		list.Values = append(list.Values, &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: v}})
	}
	*a = append(*a, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: list}}})
}

func (a *attributes) count(key string, n int64) {
	if n != 0 {
		*a = append(*a, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: n}}})
	}
}

func (a *attributes) number(key string, f float64) {
	if f != 0 {
		*a = append(*a, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: f}}})
	}
}

func (a *attributes) flag(key string, on bool) {
	if on {
		*a = append(*a, &commonpb.KeyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: true}}})
	}
}

// Keys of the conventions, and those that they have no word for.
const (
	operationKey   = string(semconv.GenAIOperationNameKey)
	providerKey    = string(semconv.GenAIProviderNameKey)
	modelKey       = string(semconv.GenAIRequestModelKey)
	answerModelKey = string(semconv.GenAIResponseModelKey)
	answerIDKey    = string(semconv.GenAIResponseIDKey)
	finishKey      = string(semconv.GenAIResponseFinishReasonsKey)
	inputKey       = string(semconv.GenAIUsageInputTokensKey)
	outputKey      = string(semconv.GenAIUsageOutputTokensKey)
	cacheReadKey   = string(semconv.GenAIUsageCacheReadInputTokensKey)
	cacheWriteKey  = string(semconv.GenAIUsageCacheCreationInputTokensKey)
	sessionKey     = string(semconv.GenAIConversationIDKey)
	toolKey        = string(semconv.GenAIToolNameKey)
	errorKey       = string(semconv.ErrorTypeKey)
	statusKey      = string(semconv.HTTPResponseStatusCodeKey)
	endUserKey     = string(semconv.EnduserIDKey)
	serviceKey     = string(semconv.ServiceNameKey)
	versionKey     = string(semconv.ServiceVersionKey)
	instanceKey    = string(semconv.ServiceInstanceIDKey)
	callKey        = "asbru.call.id"
	requestKey     = "asbru.request.id"
	dialectKey     = "asbru.dialect"
	keyNameKey     = "asbru.provider_key.name"
	virtualKeyKey  = "asbru.virtual_key.name"
	teamKey        = "asbru.team.id"
	customerKey    = "asbru.customer.id"
	workerKey      = "asbru.worker"
	costKey        = "asbru.cost.usd"
	attemptKey     = "asbru.attempt"
	attemptsKey    = "asbru.attempts"
	ruleKey        = "asbru.rule.name"
	marksKey       = "asbru.marks"
	streamKey      = "asbru.stream"
	truncatedKey   = "asbru.stream.truncated"
	shadowKey      = "asbru.shadow"
	reasoningKey   = "asbru.usage.reasoning_tokens"
	estimatedKey   = "asbru.usage.estimated"
	firstTokenKey  = "asbru.time_to_first_token.seconds"
	ownKey         = "asbru.overhead.seconds"
	pluginKey      = "asbru.plugin.name"
	pointKey       = "asbru.plugin.point"
	verdictKey     = "asbru.plugin.verdict"
	codeKey        = "asbru.error.code"
	firstTokenName = "first token"
	askedName      = "request sent"
)

// operations are the conventions' names of operations, where they have one.
var operations = map[api.Op]string{
	api.OpChat:       "chat",
	api.OpCompletion: "text_completion",
	api.OpEmbedding:  "embeddings",
	api.OpTool:       "execute_tool",
}

// operation names what a call does.
func operation(op api.Op) string {
	if name := operations[op]; name != "" {
		return name
	}
	return op.String()
}

// providers are the conventions' names of providers, where they differ from ours.
var providers = map[string]string{
	"azure":   "azure.ai.openai",
	"bedrock": "aws.bedrock",
	"gemini":  "gcp.gemini",
	"vertex":  "gcp.vertex_ai",
	"mistral": "mistral_ai",
	"xai":     "x_ai",
}

func providerName(name string) string {
	if other := providers[name]; other != "" {
		return other
	}
	return name
}
