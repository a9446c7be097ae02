{{- define "attune.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "attune.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "attune.labels" -}}
{{ include "attune.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "attune.image" -}}
{{- $tag := .Values.image.tag | default (printf "%s%s" .Chart.AppVersion (ternary "-gpu" "" .Values.gpu.enabled)) -}}
{{- printf "%s:%s" .Values.image.repository $tag -}}
{{- end -}}

{{- define "attune.adminKeySecret" -}}
{{- .Values.adminKey.existingSecret | default (printf "%s-admin-key" (include "attune.fullname" .)) -}}
{{- end -}}

{{- define "attune.adminKeySecretKey" -}}
{{- if .Values.adminKey.existingSecret -}}{{ .Values.adminKey.existingSecretKey }}{{- else -}}admin-key{{- end -}}
{{- end -}}

{{- /*
The key of the chart's own secret: adminKey.value, else the key in the cluster's secret, else a random key. Each
rendering computes the key once, because secret and checksum need the same key.
*/ -}}
{{- define "attune.adminKey" -}}
{{- if not (hasKey .Values.adminKey "current") -}}
{{- $held := dig "data" "admin-key" "" (lookup "v1" "Secret" .Release.Namespace (include "attune.adminKeySecret" .)) -}}
{{- $key := .Values.adminKey.value | default ($held | b64dec) | default (randAlphaNum 40) -}}
{{- $_ := set .Values.adminKey "current" $key -}}
{{- end -}}
{{- .Values.adminKey.current -}}
{{- end -}}

{{- /*
A checksum of all secrets from which the pod reads its environment. If it changes, Kubernetes creates the pod again.
For secrets that do not belong to the chart, the checksum covers only their version, because a checksum of a short
password would help an attacker to guess the password.
*/ -}}
{{- define "attune.secretsChecksum" -}}
{{- $parts := list -}}
{{- if not .Values.adminKey.existingSecret -}}
{{- $parts = append $parts (include "attune.adminKey" .) -}}
{{- end -}}
{{- $names := list .Values.adminKey.existingSecret -}}
{{- if .Values.database.external.enabled -}}
{{- $names = append $names .Values.database.external.existingSecret -}}
{{- end -}}
{{- if .Values.store.s3.enabled -}}
{{- $names = append $names .Values.store.s3.existingSecret -}}
{{- end -}}
{{- range compact $names -}}
{{- $parts = append $parts . -}}
{{- $parts = append $parts (dig "metadata" "resourceVersion" "" (lookup "v1" "Secret" $.Release.Namespace .)) -}}
{{- end -}}
{{- $parts | join "\n" | sha256sum | trunc 32 -}}
{{- end -}}
