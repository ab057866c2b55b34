variable "name" {
  description = "What the function and everything about it is named by"
  type        = string
  default     = "firstbyte"
}

variable "image_uri" {
  description = "The image in ECR, by its digest: a tag that moved would not be deployed"
  type        = string

  validation {
    condition     = strcontains(var.image_uri, "@sha256:")
    error_message = "image_uri needs the form REPOSITORY@sha256:DIGEST."
  }
}

variable "probe_image_uri" {
  description = "The same for the probe's, which has its packages; image_uri if empty"
  type        = string
  default     = ""

  validation {
    condition     = var.probe_image_uri == "" || strcontains(var.probe_image_uri, "@sha256:")
    error_message = "probe_image_uri needs the form REPOSITORY@sha256:DIGEST."
  }
}

variable "authentication" {
  description = "AWS_IAM admits callers who sign their requests, NONE the whole internet"
  type        = string
  default     = "AWS_IAM"

  validation {
    condition     = contains(["AWS_IAM", "NONE"], var.authentication)
    error_message = "authentication needs to be one of AWS_IAM, NONE."
  }
}

variable "allowed_origins" {
  description = "Web pages that may call, as origins with commas; none if empty"
  type        = list(string)
  default     = []
}

variable "keys" {
  description = "secret makes FIRSTBYTE_KEYS in Secrets Manager, for sessions and questions"
  type        = string
  default     = "none"

  validation {
    condition     = contains(["none", "secret"], var.keys)
    error_message = "keys needs to be one of none, secret."
  }
}

variable "table_name" {
  description = "The DynamoDB table to read; none if empty"
  type        = string
  default     = ""
}

variable "table_access" {
  description = "Whether put_item may write to the table"
  type        = string
  default     = "read"

  validation {
    condition     = contains(["read", "write"], var.table_access)
    error_message = "table_access needs to be one of read, write."
  }
}

variable "bucket_name" {
  description = "The S3 bucket to read; none if empty"
  type        = string
  default     = ""
}

variable "policy_arn" {
  description = "A managed policy for what tools of your own call; none if empty"
  type        = string
  default     = ""
}

variable "architecture" {
  description = "What the image is built for"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture needs to be one of arm64, x86_64."
  }
}

variable "memory_mb" {
  description = "Megabytes; the share of a CPU grows with it, to a whole one at 1769"
  type        = number
  default     = 512

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "memory_mb needs to be from 128 to 10240."
  }
}

variable "timeout_s" {
  description = "Seconds after which a call is ended with an error; its stream is as long"
  type        = number
  default     = 60

  validation {
    condition     = var.timeout_s >= 2 && var.timeout_s <= 900
    error_message = "timeout_s needs to be from 2 to 900."
  }
}

variable "reserved_concurrency" {
  description = "Environments at most, kept for this function alone; -1 for no bound of its own"
  type        = number
  default     = -1

  validation {
    condition     = var.reserved_concurrency >= -1
    error_message = "reserved_concurrency needs to be -1 or more."
  }
}

variable "provisioned_concurrency" {
  description = "Environments that are kept started, and paid for; none if 0"
  type        = number
  default     = 0

  validation {
    condition     = var.provisioned_concurrency >= 0
    error_message = "provisioned_concurrency needs to be 0 or more."
  }
}

variable "snap_start" {
  description = "PublishedVersions starts environments from a snapshot of one"
  type        = string
  default     = "None"

  validation {
    condition     = contains(["None", "PublishedVersions"], var.snap_start)
    error_message = "snap_start needs to be one of None, PublishedVersions."
  }

  validation {
    condition     = var.snap_start == "None" || var.provisioned_concurrency == 0
    error_message = "A version with SnapStart cannot have provisioned concurrency."
  }
}

variable "rest_api" {
  description = "stream puts an API Gateway REST API that streams before the function"
  type        = string
  default     = "none"

  validation {
    condition     = contains(["none", "stream"], var.rest_api)
    error_message = "rest_api needs to be one of none, stream."
  }
}

variable "log_level" {
  description = "The least level of log lines that are kept; above INFO there would be no metrics"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO"], var.log_level)
    error_message = "log_level needs to be one of TRACE, DEBUG, INFO."
  }
}

variable "log_retention_days" {
  description = "Days after which log lines are deleted"
  type        = number
  default     = 14

  validation {
    condition     = contains([1, 3, 7, 14, 30, 90, 180, 365], var.log_retention_days)
    error_message = "log_retention_days needs to be one of 1, 3, 7, 14, 30, 90, 180, 365."
  }
}

variable "alarm_topic_arn" {
  description = "The SNS topic that alarms are sent to; nowhere if empty"
  type        = string
  default     = ""
}

variable "probe_schedule" {
  description = "When a client's whole tour is tried, such as rate(15 minutes); never if empty"
  type        = string
  default     = ""
}
