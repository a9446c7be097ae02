/**
 * OpenAI's own SDKs, unmodified, against the service: the whole way of a fine-tuning script with each ({@code SdkScenarioTest}), and
 * what they repeat when an answer is lost ({@code LostRepliesTest}). Programs of Python and Node are in src/test/sdk.
 */
package io.attune.sdk;
