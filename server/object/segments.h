// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"

#include <QIODevice>
#include <QList>

#include <functional>
#include <memory>
#include <optional>

namespace nephele {

// A part of what a manifest stands for.
struct Segment
{
    QString container;
    QString name;
    QString etag; // as it was when the manifest was read; another one is an error
    qint64 objectBytes = 0; // of the whole object
    qint64 offset = 0; // the part of it
    qint64 length = 0;
    QByteArray data = {}; // of a part that stands in the manifest itself; then it names no object
    QString contentType = {}; // as it was
    qint64 modifiedAtMs = 0;
    bool isManifest = false; // is a static large object itself

    bool isInline() const { return !data.isEmpty(); }
};

// Many objects as one random-access, read-only device. Each is looked up and opened when it is reached; one
// that is gone or another by then is a read error, never other bytes. Belongs to one thread.
class SegmentsDevice final : public QIODevice
{
    Q_OBJECT

public:
    using Open = std::function<Result<std::shared_ptr<QIODevice>>(const Segment &)>;

    SegmentsDevice(QList<Segment> segments, Open open);

    qint64 size() const override { return m_ends.isEmpty() ? 0 : m_ends.constLast(); }
    bool isSequential() const override { return false; }
    bool atEnd() const override { return pos() >= size(); }

protected:
    qint64 readData(char *to, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    bool reach(qsizetype index);

    const QList<Segment> m_segments;
    QList<qint64> m_ends; // where each ends in the whole
    const Open m_open;
    qsizetype m_opened = -1;
    std::shared_ptr<QIODevice> m_current;
};

// Static large objects: the manifest as a client sends it and as it is kept.
//   sent: [{"path": "/c/o", "etag": ..., "size_bytes": ..., "range": "0-9"}, {"data": "<base64>"} ...]
//   kept: [{"name": "/c/o", "hash": ..., "bytes": ..., "range": "0-9" ...}, {"data": "<base64>"} ...]
struct SentSegment
{
    QString container;
    QString name;
    std::optional<QString> etag;
    std::optional<qint64> sizeBytes;
    QByteArray range; // "first-last"; empty: the whole
    QByteArray data; // of a part given in the manifest itself
};
constexpr int mostSegments = 1000;
constexpr qint64 mostManifestBytes = 8 << 20;

Result<QList<SentSegment>> sentSegments(const QByteArray &json);
QByteArray keptManifest(const QList<Segment> &segments);
// As a client could send it again (multipart-manifest=get&format=raw).
QByteArray sentManifest(const QList<Segment> &segments);
// A part that is its bytes.
Segment inlineSegment(const QByteArray &data);
Result<QList<Segment>> keptSegments(const QByteArray &json);
// The MD5 of the parts' ETags, in hex.
QString etagOfSegments(const QList<Segment> &segments);

} // namespace nephele
