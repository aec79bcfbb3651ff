// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/image/imageprobe.h"

#include <QStringList>
#include <QtEndian>

namespace nephele {

namespace {

constexpr qint64 headBytes = 64 * 1024;
constexpr qint64 isoMarkAt = 32769;
constexpr qint64 vdiMarkAt = 0x40;
constexpr quint32 vdiMark = 0xbeda107f;
constexpr quint32 vdiTypeAt = 0x4c;
constexpr qint64 vhdFooterBytes = 512;

// qcow2
constexpr qsizetype shortHeaderBytes = 72; // version 2
constexpr qsizetype longHeaderBytes = 104; // version 3

constexpr quint64 corruptBit = 1u << 1;
constexpr quint64 dataFileBit = 1u << 2;
constexpr quint64 knownBits = 0x1f; // with compression type and extended L2
constexpr quint32 dataFileExtension = 0x44415441;
constexpr quint32 encryptionExtension = 0x0537be77;

quint32 big32(QByteArrayView head, qsizetype at)
{
    return qFromBigEndian<quint32>(head.data() + at);
}

quint64 big64(QByteArrayView head, qsizetype at)
{
    return qFromBigEndian<quint64>(head.data() + at);
}

Error refused(const char *why)
{
    return invalid(QStringLiteral("The image is refused: %1").arg(QLatin1StringView(why)));
}

// The list of (type, length, data padded to 8) behind the header, ended by type 0.
Result<> checkQcow2Extensions(QByteArrayView head, qsizetype at, qsizetype end)
{
    while (at + 8 <= end) {
        const quint32 type = big32(head, at);
        const quint32 length = big32(head, at + 4);
        if (type == 0)
            return {};
        if (type == dataFileExtension)
            return refused("its qcow2 header names an external data file.");
        if (type == encryptionExtension)
            return refused("it is encrypted.");
        if (length > quint32(end - at - 8))
            return refused("an extension of its qcow2 header is longer than its first cluster.");
        at += 8 + (qsizetype(length) + 7) / 8 * 8;
    }
    return {};
}

Result<ImageProbe> probeQcow2(QByteArrayView head, qint64 size)
{
    if (head.size() < shortHeaderBytes)
        return refused("its qcow2 header is cut off.");
    const quint32 version = big32(head, 4);
    if (version == 1)
        return ImageProbe { QStringLiteral("qcow"), 0, 0 };
    if (version != 2 && version != 3)
        return refused("its qcow2 version is unknown.");
    if (version == 3 && head.size() < longHeaderBytes)
        return refused("its qcow2 header is cut off.");
    if (big64(head, 8) != 0)
        return refused("its qcow2 header names a backing file.");
    const quint32 clusterBits = big32(head, 20);
    if (clusterBits < 9 || clusterBits > 21)
        return refused("its qcow2 cluster size is nonsense.");
    if (big32(head, 32) != 0)
        return refused("it is encrypted.");
    qsizetype extensionsAt = shortHeaderBytes;
    if (version == 3) {
        const quint64 features = big64(head, 72);
        if (features & dataFileBit)
            return refused("its qcow2 header asks for an external data file.");
        if (features & corruptBit)
            return refused("its qcow2 header says that it is corrupt.");
        if (features & ~knownBits)
            return refused("its qcow2 header asks for features nobody knows.");
        const quint32 headerBytes = big32(head, 100);
        if (headerBytes < longHeaderBytes || headerBytes > (1u << clusterBits))
            return refused("its qcow2 header length is nonsense.");
        extensionsAt = qsizetype(headerBytes);
    }
    const qint64 clusterBytes = 1LL << clusterBits;
    const auto extensions = checkQcow2Extensions(head, extensionsAt, qMin<qint64>(head.size(), clusterBytes));
    if (!extensions)
        return extensions.error();
    const quint64 virtualBytes = big64(head, 24);
    const quint64 tableBytes = quint64(big32(head, 36)) * 8;
    const quint64 tableAt = big64(head, 40);
    if (tableAt > quint64(size) || tableBytes > quint64(size) - tableAt)
        return refused("the tables of its qcow2 header lie behind its end.");
    if (virtualBytes > quint64(std::numeric_limits<qint64>::max()))
        return refused("its virtual size is nonsense.");
    return ImageProbe { QStringLiteral("qcow2"), qint64(virtualBytes), clusterBytes };
}

// The text that describes a VMDK: key=value lines and one line an extent.
Result<> checkVmdkDescriptor(const QByteArray &descriptor)
{
    static const QByteArrayList kinds { "monolithicsparse", "streamoptimized" };
    int extents = 0;
    bool hasKind = false;
    for (const QByteArray &raw : descriptor.split('\n')) {
        const QByteArray line = raw.trimmed();
        const QByteArray lower = line.toLower();
        if (lower.startsWith("createtype")) {
            QByteArray kind = lower.mid(lower.indexOf('=') + 1).trimmed();
            kind.replace('"', "");
            if (!kinds.contains(kind))
                return refused("its VMDK descriptor is of a kind that keeps its data in other files.");
            hasKind = true;
        } else if (lower.startsWith("parentcid") && !lower.endsWith("ffffffff")) {
            return refused("its VMDK descriptor names a parent.");
        } else if (lower.startsWith("parentfilenamehint")) {
            return refused("its VMDK descriptor names a parent file.");
        } else if (lower.startsWith("rw ") || lower.startsWith("rdonly ") || lower.startsWith("noaccess ")) {
            if (++extents > 1 || !lower.contains(" sparse "))
                return refused("its VMDK descriptor names data files.");
        }
    }
    if (!hasKind)
        return refused("its VMDK descriptor does not say its kind.");
    return {};
}

Result<ImageProbe> probeVmdk(QIODevice &image, QByteArrayView head)
{
    constexpr qsizetype headerBytes = 512;
    constexpr quint64 mostDescriptorSectors = 2048;
    if (head.size() < headerBytes)
        return refused("its VMDK header is cut off.");
    const auto little64 = [&](qsizetype at) { return qFromLittleEndian<quint64>(head.data() + at); };
    const quint64 capacity = little64(12);
    const quint64 descriptorAt = little64(28);
    const quint64 descriptorSectors = little64(36);
    if (capacity == 0 || descriptorAt == 0 || descriptorSectors == 0)
        return refused("its VMDK header has no descriptor of its own.");
    if (descriptorSectors > mostDescriptorSectors || descriptorAt > quint64(image.size()) / 512)
        return refused("its VMDK header is nonsense.");
    if (!image.seek(qint64(descriptorAt) * 512))
        return refused("its VMDK descriptor is cut off.");
    const QByteArray descriptor = image.read(qint64(descriptorSectors) * 512);
    if (const auto checked = checkVmdkDescriptor(descriptor); !checked)
        return checked.error();
    return ImageProbe { QStringLiteral("vmdk"), 0, 0 };
}

Result<ImageProbe> probeVdi(QByteArrayView head)
{
    if (head.size() < 512)
        return refused("its VDI header is cut off.");
    const quint32 type = qFromLittleEndian<quint32>(head.data() + vdiTypeAt);
    if (type != 1 && type != 2)
        return refused("it is a VDI that stands on another file.");
    return ImageProbe { QStringLiteral("vdi"), 0, 0 };
}

// A descriptor alone: QEMU takes leading comments and blanks, then "version=".
bool isVmdkDescriptor(QByteArrayView head)
{
    const QByteArray start = head.first(qMin<qsizetype>(head.size(), 4096)).toByteArray();
    if (start.startsWith("# Disk DescriptorFile"))
        return true;
    for (const QByteArray &raw : start.split('\n')) {
        const QByteArray line = raw.trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        return line.startsWith("version=") && start.contains("createType");
    }
    return false;
}

} // namespace

Result<ImageProbe> probeImage(QIODevice &image)
{
    const qint64 size = image.size();
    if (!image.seek(0))
        return unavailable(QStringLiteral("The image could not be read."), image.errorString());
    const QByteArray head = image.read(headBytes);
    if (head.size() != qMin(size, headBytes))
        return unavailable(QStringLiteral("The image could not be read."), image.errorString());
    if (head.startsWith("QFI\xfb"))
        return probeQcow2(head, size);
    if (head.startsWith("KDMV"))
        return probeVmdk(image, head);
    if (head.startsWith("COWD") || isVmdkDescriptor(head))
        return ImageProbe { QStringLiteral("vmdk descriptor"), 0, 0 };
    if (head.startsWith(QByteArrayView("QED\0", 4)))
        return ImageProbe { QStringLiteral("qed"), 0, 0 };
    if (head.startsWith("WithoutFreeSpace") || head.startsWith("WithouFreSpacExt"))
        return ImageProbe { QStringLiteral("parallels"), 0, 0 };
    if (head.startsWith("vhdxfile"))
        return ImageProbe { QStringLiteral("vhdx"), 0, 0 };
    if (head.startsWith("conectix"))
        return ImageProbe { QStringLiteral("vhd"), 0, 0 };
    if (head.size() >= vdiMarkAt + 4 && qFromLittleEndian<quint32>(head.constData() + vdiMarkAt) == vdiMark)
        return probeVdi(head);
    if (head.mid(isoMarkAt, 5) == "CD001")
        return ImageProbe { QStringLiteral("iso"), 0, 0 };
    return ImageProbe();
}

const QStringList &knownDiskFormats()
{
    static const QStringList formats { QStringLiteral("raw"), QStringLiteral("qcow2"), QStringLiteral("vmdk"),
        QStringLiteral("vdi"), QStringLiteral("vhd"), QStringLiteral("vhdx"), QStringLiteral("iso"),
        QStringLiteral("aki"), QStringLiteral("ari"), QStringLiteral("ami") };
    return formats;
}

Result<> checkDeclaredFormat(const QString &declared, const QString &found)
{
    // A kernel, a ramdisk and a partition are plain bytes; a hybrid ISO is a disk as well.
    static const QStringList plain { QStringLiteral("raw"), QStringLiteral("aki"), QStringLiteral("ari"),
        QStringLiteral("ami") };
    static const QStringList plainFound { QStringLiteral("raw"), QStringLiteral("iso") };
    if (declared == found && knownDiskFormats().contains(found))
        return {};
    if (plain.contains(declared) && plainFound.contains(found))
        return {};
    return invalid(QStringLiteral("The image is declared as %1 and its content is %2.").arg(declared, found));
}

QByteArray qemuFormatOf(const QString &found)
{
    if (found == QLatin1StringView("vhd"))
        return "vpc";
    if (found == QLatin1StringView("iso"))
        return "raw";
    return found.toLatin1();
}

} // namespace nephele
