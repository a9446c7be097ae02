/** One class for each family of models; {@link io.attune.architecture.Families} finds them. */
package io.attune.architecture.family;
