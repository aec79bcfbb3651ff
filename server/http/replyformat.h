// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/request.h"

#include <initializer_list>

namespace nephele {

enum class ReplyFormat { Json, Xml, Text };

// What a Synnefo client wants back: query format=, path suffix .json or .xml, the bare query flags json and
// xml, then Accept; the first of these that names an allowed format. Else the first of `allowed`, silently.
ReplyFormat wantedFormat(const Request &request,
    std::initializer_list<ReplyFormat> allowed = { ReplyFormat::Json, ReplyFormat::Xml });

// The path without a final ".json" or ".xml".
QByteArray withoutFormatSuffix(const QByteArray &path);

} // namespace nephele
