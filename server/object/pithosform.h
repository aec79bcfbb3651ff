// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"

#include <functional>
#include <memory>

namespace nephele {

// The boundary in a Content-Type of multipart/form-data. Invalid without one.
Result<QByteArray> formBoundary(const QByteArray &contentType);

// The body of an HTML form with a file in it (RFC 7578), of which one field goes on into a sink of its own
// while it arrives; the others are passed over. Invalid for what is no such body, ends early or lacks the
// field.
class FormSink final : public BodySink
{
    Q_OBJECT

public:
    // The sink for the field, whose part says that it is of this type.
    using OpenField = std::function<Result<std::shared_ptr<BodySink>>(const QByteArray &contentType)>;

    FormSink(const QByteArray &boundary, const QByteArray &field, OpenField open);

    Result<> write(QByteArrayView data) override;
    bool isReady() const override { return !m_inner || m_inner->isReady(); }
    void finish() override;
    void abort() override;

    const std::shared_ptr<BodySink> &inner() const { return m_inner; } // null: the field has not come

private:
    enum class At {
        Text, // in front of the first boundary, in a part that is passed over, or in the field's
        Boundary, // right behind one
        Head, // the header fields of a part
        End // behind the last boundary
    };

    Result<> step(bool &isStuck);
    Result<> readText(bool &isStuck);
    Result<> readHead(bool &isStuck);
    Result<> openPart(const QByteArray &head);
    Result<> pass(QByteArrayView data);

    const QByteArray m_delimiter;
    const QByteArray m_field;
    const OpenField m_open;
    QByteArray m_buffer; // at most a delimiter or the head of a part more than what was given
    At m_at = At::Text;
    bool m_isOurs = false; // the text is the field's
    std::shared_ptr<BodySink> m_inner;
};

} // namespace nephele
