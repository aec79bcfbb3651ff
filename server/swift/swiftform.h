// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/bodysink.h"
#include "server/http/request.h"
#include "server/object/multipartreader.h"
#include "server/object/objectservice.h"
#include "server/swift/tempurl.h"

namespace nephele {

// What became of a form, to be told to a browser.
struct FormOutcome
{
    int status = 201;
    QString message;
    QString redirect; // where the browser goes; empty: it stays
};

// Files that a browser sends from a page somebody signed (Object Storage API, "Form POST middleware"), each
// on its way to become an object below a place. The fields come before the files: redirect, max_file_size,
// max_file_count, expires, signature, and x_delete_at or x_delete_after. Nothing is taken before the
// signature, an HMAC by a key for temporary URLs, is found good. What is wrong later is told where the form
// says; the files before it stay. Lives in the worker's thread.
class SwiftFormSink final : public BodySink
{
    Q_OBJECT

public:
    struct Options
    {
        ObjectPlace place; // the name goes in front of every file's
        QList<SigningKey> keys;
        QByteArray boundary;
        Request request; // its head
    };

    SwiftFormSink(ObjectService &service, Options options);
    ~SwiftFormSink() override;

    Result<> write(QByteArrayView data) override;
    bool isReady() const override;
    void finish() override;
    void abort() override;

    // After finished() without a failure.
    const FormOutcome &outcome() const { return m_outcome; }

private:
    Result<> pump();
    Result<> take(MultipartReader::Event event);
    Result<> takeField();
    Result<> beginFile();
    Result<> takeFile(const QByteArray &data);
    void endFile();
    void fileEnded(const std::optional<Error> &failure);
    void goOn();
    Result<> checkForm();
    Result<> checkSignature(qint64 expires);
    Result<> fail(int status, const QString &message);
    void complete();

    ObjectService &m_service;
    const Options m_options;
    MultipartReader m_reader;
    PropertyMap m_fields;
    QByteArray m_value; // of the field at hand
    std::optional<ObjectActor> m_actor; // once the signature was good
    qint64 m_mostBytes = 0; // of one file
    qint64 m_mostFiles = 0;
    qint64 m_files = 0;
    qint64 m_fileBytes = 0;
    qint64 m_drainedBytes = 0; // came after the outcome was known
    std::shared_ptr<BodySink> m_file;
    FormOutcome m_outcome;
    bool m_isSettling = false; // the file at hand is whole and not yet stored
    bool m_isComplete = false; // the body is
    bool m_hasFailed = false;
    bool m_isOver = false;
};

} // namespace nephele
