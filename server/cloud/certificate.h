// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QSslConfiguration>
#include <QString>
#include <QStringList>

namespace nephele {

// A server's TLS: PEM files given, or a self-signed pair in `directory`, made at first need (RSA 3072, ten
// years, subjectAltName for `names` and the addresses of this machine). Invalid when the files do not fit.
Result<QSslConfiguration> tlsFromFiles(const QString &certificateFile, const QString &keyFile);
Result<QSslConfiguration> selfSignedTls(const QString &directory, const QStringList &names);

// SHA-256 of the certificate, in colon-separated pairs, as people compare it.
QString fingerprint(const QSslConfiguration &tls);

} // namespace nephele
