package control

import (
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/account"
	"github.com/danielgtaylor/huma/v2"
)

// permission says who may do something.
type permission struct {
	least account.Role // NoRole: anybody, signed in or not
	// teams: also those who are confined to teams, to whom it shows, and lets change,
	// what belongs to these alone.
	teams bool
}

// What a request may be for that is no operation.
const (
	describesAPI = "openapi"
	noOperation  = "none" // there is nothing at its path
)

// permissions are the operations of the admin API by their ids. What is not listed is
// for administrators alone.
var permissions = map[string]permission{
	"get-session-enabled": {},
	"login":               {},
	beginOIDC:             {},
	"test-oidc":           {account.Admin, false},
	finishOIDC:            {},
	describesAPI:          {},
	noOperation:           {account.Viewer, true},

	"get-session":     {account.Viewer, true},
	"logout":          {account.Viewer, true},
	"change-password": {account.Viewer, true},
	"list-sessions":   {account.Viewer, true},
	"end-session":     {account.Viewer, true},
	"end-sessions":    {account.Viewer, true},
	"make-ws-ticket":  {account.Viewer, true},

	"list-people":   {account.Admin, false},
	"create-person": {account.Admin, false},
	"get-person":    {account.Admin, false},
	"update-person": {account.Admin, false},
	"delete-person": {account.Admin, false},

	"list-tokens":  {account.Admin, false},
	"create-token": {account.Admin, false},
	"get-token":    {account.Admin, false},
	"update-token": {account.Admin, false},
	"delete-token": {account.Admin, false},

	"get-runtime":    {account.Admin, false},
	"get-goroutines": {account.Admin, false},
	"get-profile":    {account.Admin, false},

	"list-audit":   {account.Admin, false},
	"export-audit": {account.Admin, false},
	"verify-audit": {account.Admin, false},

	"list-virtual-keys":   {account.Viewer, true},
	"get-virtual-key":     {account.Viewer, true},
	"create-virtual-key":  {account.Operator, true},
	"update-virtual-key":  {account.Operator, true},
	"delete-virtual-key":  {account.Operator, true},
	"create-virtual-keys": {account.Operator, true},
	"delete-virtual-keys": {account.Operator, true},
	"rotate-virtual-key":  {account.Operator, true},

	"list-providers":  {account.Viewer, false},
	"get-provider":    {account.Viewer, false},
	"create-provider": {account.Admin, false},
	"update-provider": {account.Admin, false},
	"delete-provider": {account.Admin, false},

	"list-provider-keys":  {account.Viewer, false},
	"get-provider-key":    {account.Viewer, false},
	"create-provider-key": {account.Admin, false},
	"update-provider-key": {account.Admin, false},
	"delete-provider-key": {account.Admin, false},

	"list-customers":  {account.Viewer, false},
	"get-customer":    {account.Viewer, false},
	"create-customer": {account.Operator, false},
	"update-customer": {account.Operator, false},
	"delete-customer": {account.Operator, false},

	"list-teams":  {account.Viewer, true},
	"get-team":    {account.Viewer, true},
	"create-team": {account.Operator, false},
	"update-team": {account.Operator, false},
	"delete-team": {account.Operator, false},

	"list-users":  {account.Viewer, false},
	"get-user":    {account.Viewer, false},
	"create-user": {account.Operator, false},
	"update-user": {account.Operator, false},
	"delete-user": {account.Operator, false},

	"explain-routing":  {account.Viewer, false},
	"explain-call":     {account.Viewer, false},
	"check-expression": {account.Viewer, false},

	"list-model-configs":  {account.Viewer, false},
	"get-model-config":    {account.Viewer, false},
	"create-model-config": {account.Operator, false},
	"update-model-config": {account.Operator, false},
	"delete-model-config": {account.Operator, false},

	"list-routing-rules":  {account.Viewer, false},
	"get-routing-rule":    {account.Viewer, false},
	"create-routing-rule": {account.Operator, false},
	"update-routing-rule": {account.Operator, false},
	"delete-routing-rule": {account.Operator, false},

	"list-provider-limits":  {account.Viewer, false},
	"get-provider-limit":    {account.Viewer, false},
	"update-provider-limit": {account.Operator, false},
	"delete-provider-limit": {account.Operator, false},

	"list-limits":         {account.Viewer, false},
	"list-limit-refusals": {account.Viewer, true},
	"simulate-limits":     {account.Viewer, true},
	"list-reservations":   {account.Viewer, false},
	"list-budgets":        {account.Viewer, false},
	"list-rate-limits":    {account.Viewer, false},

	"list-keys":        {account.Viewer, false},
	"get-version-name": {account.Viewer, true},

	"list-known-providers": {account.Viewer, false},
	"list-known-models":    {account.Viewer, false},
	"list-model-details":   {account.Viewer, false},
	"list-base-models":     {account.Viewer, false},
	"get-model-parameters": {account.Viewer, false},
	"sync-pricing":         {account.Operator, false},

	"list-nodes":       {account.Viewer, false},
	"show-secret-keys": {account.Operator, false},
	"list-key-shares":  {account.Viewer, false},
	"show-overflow":    {account.Viewer, false},
	"drain-node":       {account.Operator, false},
	"test-call":        {account.Operator, false},
	"show-endpoint":    {account.Viewer, true},

	"show-cache":          {account.Viewer, false},
	"explain-cache":       {account.Viewer, false},
	"purge-cache":         {account.Operator, false},
	"purge-cached-call":   {account.Operator, false},
	"purge-cache-by-name": {account.Operator, false},

	"list-logs":                             {account.Viewer, true},
	"get-log":                               {account.Viewer, true},
	"export-logs":                           {account.Viewer, true},
	"get-log-stats":                         {account.Viewer, true},
	"get-routing-hits":                      {account.Viewer, true},
	"get-log-filterdata":                    {account.Viewer, true},
	"get-log-rankings":                      {account.Viewer, true},
	"get-log-histogram":                     {account.Viewer, true},
	"get-log-histogram-tokens":              {account.Viewer, true},
	"get-log-histogram-cost":                {account.Viewer, true},
	"get-log-histogram-models":              {account.Viewer, true},
	"get-log-histogram-latency":             {account.Viewer, true},
	"get-log-histogram-cost-by-provider":    {account.Viewer, true},
	"get-log-histogram-tokens-by-provider":  {account.Viewer, true},
	"get-log-histogram-latency-by-provider": {account.Viewer, true},
	"list-mcp-logs":                         {account.Viewer, true},
	"get-mcp-log":                           {account.Viewer, true},
	"get-mcp-log-stats":                     {account.Viewer, true},
	"get-mcp-log-filterdata":                {account.Viewer, true},
	"get-mcp-log-histogram":                 {account.Viewer, true},
	"get-mcp-log-histogram-cost":            {account.Viewer, true},
	"get-mcp-log-top-tools":                 {account.Viewer, true},
	"delete-mcp-logs":                       {account.Admin, false},
	"get-dropped-logs":                      {account.Viewer, false},
	"recalculate-log-costs":                 {account.Admin, false},
	"delete-logs":                           {account.Admin, false},

	"get-spend-report":       {account.Viewer, true},
	"export-spend-report":    {account.Viewer, true},
	"list-report-schedules":  {account.Viewer, false},
	"get-report-schedule":    {account.Viewer, false},
	"create-report-schedule": {account.Admin, false},
	"update-report-schedule": {account.Admin, false},
	"delete-report-schedule": {account.Admin, false},
	"test-report-schedule":   {account.Operator, false},
	"list-report-runs":       {account.Viewer, false},

	"list-jobs":  {account.Viewer, false},
	"get-job":    {account.Viewer, false},
	"retry-job":  {account.Operator, false},
	"cancel-job": {account.Operator, false},

	"list-versions":    {account.Viewer, false},
	"get-version":      {account.Viewer, false},
	"diff-version":     {account.Viewer, false},
	"rollback-version": {account.Admin, false},
	"promote-version":  {account.Admin, false},
	"widen-version":    {account.Admin, false},
	"abandon-version":  {account.Admin, false},

	"list-folders":          {account.Viewer, false},
	"get-folder":            {account.Viewer, false},
	"create-folder":         {account.Operator, false},
	"update-folder":         {account.Operator, false},
	"delete-folder":         {account.Operator, false},
	"list-prompts":          {account.Viewer, false},
	"get-prompt":            {account.Viewer, false},
	"create-prompt":         {account.Operator, false},
	"update-prompt":         {account.Operator, false},
	"delete-prompt":         {account.Operator, false},
	"list-prompt-versions":  {account.Viewer, false},
	"get-prompt-version":    {account.Viewer, false},
	"create-prompt-version": {account.Operator, false},
	"delete-prompt-version": {account.Operator, false},
	"list-prompt-sessions":  {account.Viewer, false},
	"get-prompt-session":    {account.Viewer, false},
	"create-prompt-session": {account.Operator, false},
	"update-prompt-session": {account.Operator, false},
	"rename-prompt-session": {account.Operator, false},
	"commit-prompt-session": {account.Operator, false},
	"delete-prompt-session": {account.Operator, false},

	"list-alerts":         {account.Viewer, false},
	"get-alert":           {account.Viewer, false},
	"acknowledge-alert":   {account.Operator, false},
	"list-alert-rules":    {account.Viewer, false},
	"list-alert-channels": {account.Viewer, false},
	"test-alert-channel":  {account.Operator, false},
	"list-silences":       {account.Viewer, false},
	"get-silence":         {account.Viewer, false},
	"make-silence":        {account.Operator, false},
	"change-silence":      {account.Operator, false},
	"delete-silence":      {account.Operator, false},

	"list-guardrails":  {account.Viewer, false},
	"get-guardrail":    {account.Viewer, false},
	"create-guardrail": {account.Admin, false},
	"update-guardrail": {account.Admin, false},
	"delete-guardrail": {account.Admin, false},
	"test-guardrails":  {account.Operator, false},
	"guardrail-stats":  {account.Viewer, true},

	"list-plugins":  {account.Viewer, false},
	"get-plugin":    {account.Viewer, false},
	"create-plugin": {account.Admin, false},
	"update-plugin": {account.Admin, false},
	"delete-plugin": {account.Admin, false},
	"plugin-status": {account.Viewer, false},
	"test-plugin":   {account.Operator, false},

	"upgrade-plugin":  {account.Admin, false},
	"rollback-plugin": {account.Admin, false},

	"list-plugin-artefacts":  {account.Viewer, false},
	"push-plugin-artefact":   {account.Admin, false},
	"delete-plugin-artefact": {account.Admin, false},

	"list-mcp-clients":     {account.Viewer, false},
	"list-mcp-rights":      {account.Viewer, false},
	"get-mcp-client":       {account.Viewer, false},
	"create-mcp-client":    {account.Admin, false},
	"update-mcp-client":    {account.Admin, false},
	"delete-mcp-client":    {account.Admin, false},
	"reconnect-mcp-client": {account.Operator, false},
	"approve-mcp-tool":     {account.Admin, false},

	"begin-mcp-sign-in":    {account.Admin, false},
	"complete-mcp-sign-in": {account.Admin, false},
	finishMCPSignIn:        {},
	"get-oauth-status":     {account.Viewer, false},
	"revoke-oauth-config":  {account.Admin, false},

	"list-dead-events":   {account.Viewer, false},
	"retry-dead-events":  {account.Operator, false},
	"forget-dead-events": {account.Operator, false},

	"get-webhook-secret":  {account.Admin, false},
	"list-dead-webhooks":  {account.Viewer, false},
	"retry-dead-webhook":  {account.Operator, false},
	"forget-dead-webhook": {account.Operator, false},

	"export": {account.Admin, false},
	"apply":  {account.Admin, false},

	"get-config":         {account.Viewer, false},
	"get-config-sources": {account.Viewer, false},
	"put-config":         {account.Admin, false},
	"patch-config":       {account.Admin, false},

	"get-proxy-config": {account.Viewer, false},
	"put-proxy-config": {account.Admin, false},
}

// permits says whether a caller may do something at all; what they may do it to, the
// operation sees to.
func permits(caller account.Caller, operation string) error {
	p, listed := permissions[operation]
	if !listed {
		p = permission{account.Admin, false}
	}
	if caller.Role < p.least {
		return notPermitted("This needs the role " + p.least.String() + ". " + describe(caller))
	}
	if caller.Confined() && !p.teams {
		return notPermitted("This needs the role " + p.least.String() + " without being confined to teams. " + describe(caller))
	}
	return nil
}

func notPermitted(message string) *Error {
	return refuse(http.StatusForbidden, "not_permitted", message)
}

func describe(caller account.Caller) string {
	if caller.Role == account.NoRole {
		return "You have none."
	}
	return "Yours is " + caller.Role.String() + "."
}

// mayTouch refuses a caller who is confined to teams what belongs to none of them.
func mayTouch(caller account.Caller, team string) error {
	if caller.Sees(team) {
		return nil
	}
	return notPermitted("You are confined to teams, and this belongs to none of them. It needs the role " + caller.Role.String() + " for its team, or for all.")
}

// operationsOf finds the ids of the operations that routes belong to.
func operationsOf(description *huma.OpenAPI) map[string]string {
	operations := map[string]string{}
	for _, extension := range []string{".json", ".yaml", "-3.0.json", "-3.0.yaml"} {
		operations["GET "+descriptionPath+extension] = describesAPI
	}
	for path, item := range description.Paths {
		for method, o := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if o != nil {
				operations[method+" "+path] = o.OperationID
			}
		}
	}
	return operations
}
