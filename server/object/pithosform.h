// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"
#include "server/object/multipartreader.h"

#include <functional>
#include <memory>

namespace nephele {

// The body of an HTML form with a file in it, of which one field goes on into a sink of its own while it
// arrives; the others are passed over. Invalid for what is no such body, ends early or lacks the field.
class FormSink final : public BodySink
{
    Q_OBJECT

public:
    // The sink for the field, whose part says that it is of this type.
    using OpenField = std::function<Result<std::shared_ptr<BodySink>>(const QByteArray &contentType)>;

    FormSink(const QByteArray &boundary, const QString &field, OpenField open);

    Result<> write(QByteArrayView data) override;
    bool isReady() const override { return !m_inner || m_inner->isReady(); }
    void finish() override;
    void abort() override;

    const std::shared_ptr<BodySink> &inner() const { return m_inner; } // null: the field has not come

private:
    Result<> take(MultipartReader::Event event);
    Result<> openPart();

    MultipartReader m_reader;
    const QString m_field;
    const OpenField m_open;
    bool m_isOurs = false; // the part at hand is the field
    std::shared_ptr<BodySink> m_inner;
};

} // namespace nephele
