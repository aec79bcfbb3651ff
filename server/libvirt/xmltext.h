// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QXmlStreamWriter;

namespace nephele {

// Text of a caller as XML 1.0 can carry it: what the standard forbids (control characters, lone surrogates)
// becomes U+FFFD, line breaks and tabs a blank. QXmlStreamWriter escapes markup, and nothing else.
QString xmlText(const QString &text);

// Whose a domain or network is: one element inside <metadata>, in a namespace of ours.
//   <nephele:cloud xmlns:nephele="urn:x-nephele:cloud:1">CLOUD-ID</nephele:cloud>
inline constexpr char cloudNamespace[] = "urn:x-nephele:cloud:1";
void writeCloudMetadata(QXmlStreamWriter &xml, const QString &cloudId);

// The cloud an object belongs to, read from its whole XML; empty: none of ours.
QString cloudIdIn(const QByteArray &xml);

// The same from what virDomainGetMetadata returns for our namespace: the element alone, stripped of it.
QString cloudIdInElement(const QByteArray &xml);

} // namespace nephele
