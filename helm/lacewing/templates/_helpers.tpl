{{/* Name of what is made; short enough for "-nodes" behind it, and for the labels that a StatefulSet makes of it. */}}
{{- define "lacewing.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Labels that the nodes' pods are chosen by. Never to be changed: a StatefulSet keeps them. */}}
{{- define "lacewing.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: broker
{{- end -}}

{{/* Labels of everything; "component" says what it belongs to. */}}
{{- define "lacewing.labels" -}}
{{- $root := .root -}}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: lacewing
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "lacewing.image" -}}
{{- if .Values.image.digest -}}
{{ printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else -}}
{{ printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end -}}
{{- end -}}

{{- define "lacewing.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "lacewing.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{/* How many nodes must have met before the cluster forms. */}}
{{- define "lacewing.size" -}}
{{- if .Values.hpa.enabled }}{{ .Values.hpa.minReplicas }}{{ else }}{{ .Values.replicas }}{{ end -}}
{{- end -}}

{{/* "true" if a listener on TLS is on. */}}
{{- define "lacewing.hasTls" -}}
{{- if or .Values.listeners.tls.enabled .Values.listeners.wss.enabled }}true{{ end -}}
{{- end -}}

{{- define "lacewing.tlsSecret" -}}
{{- if .Values.tls.certManager.enabled -}}
{{ default (printf "%s-tls" (include "lacewing.fullname" .)) .Values.tls.secretName }}
{{- else -}}
{{ .Values.tls.secretName }}
{{- end -}}
{{- end -}}

{{/* "true" if there is a password file. */}}
{{- define "lacewing.hasPasswords" -}}
{{- if or .Values.auth.passwordFile.content .Values.auth.passwordFile.existingSecret }}true{{ end -}}
{{- end -}}

{{/* Names of the listeners that are on, in a fixed order, as a JSON list. */}}
{{- define "lacewing.listeners" -}}
{{- $on := list -}}
{{- range $name := list "tcp" "ws" "tls" "wss" -}}
{{- if (index $.Values.listeners $name).enabled }}{{ $on = append $on $name }}{{ end -}}
{{- end -}}
{{ toJson $on }}
{{- end -}}
