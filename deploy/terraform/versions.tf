terraform {
  # Of Terraform or OpenTofu: arguments that are not kept in the state.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # invoked_via_function_url; response_transfer_mode is older.
      version = ">= 6.29, < 7"
    }
  }
}
